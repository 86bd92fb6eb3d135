d = dict.fromkeys('abc'); print(d, dict.fromkeys([1, 2], 0), dict.fromkeys(range(2), []))
c = d.copy(); c['z'] = 1; print(d, c); c.clear(); print(c, len(c))
class D(dict): pass
print(type(D.fromkeys('a')), type(D(a=1).copy()))
try: dict.fromkeys(5)
except TypeError as e: print(e)
