import types
m = types.ModuleType('made', 'doc')
m.x = 1
print(m, m.__name__, m.__doc__, m.__dict__['x'], m.__loader__, m.__spec__)
for f in (lambda: types.ModuleType(), lambda: types.ModuleType(5), lambda: m.y):
    try: f()
    except (TypeError, AttributeError) as e: print(type(e).__name__, e)
