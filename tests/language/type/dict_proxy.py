class A: x = 1
d = A.__dict__
print(type(d).__name__, d['x'], 'x' in d, d.get('q'), len(d) == len(list(d)), sorted(k for k in d if k[0] != '_'))
A.y = 2
print(d['y'])
for f in ('d["z"] = 1', 'del d["x"]', 'd.clear()'):
    try: exec(f)
    except (TypeError, AttributeError) as e: print(e)
import types
m = types.MappingProxyType({'a': 1}); print(m, m | {'b': 2}, m == {'a': 1}, m.copy(), list(m.items()), list(reversed(m)))
