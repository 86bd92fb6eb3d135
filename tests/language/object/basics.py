o = object()
print(repr(o)[:15], o == o, o != object(), hash(o) == hash(o), bool(o), str(o)[:15], o.__class__, isinstance(o, object), dir(o) == sorted(dir(o)), o.__doc__[:20])
for f in (lambda: object(1), lambda: o.x, lambda: setattr(o, 'x', 1), lambda: o < o, lambda: object.__new__(), lambda: object.__new__(5), lambda: object.__new__(int), lambda: o.__init__(1)):
    try: f()
    except (TypeError, AttributeError) as e: print(e)
