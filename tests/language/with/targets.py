class CM:
    def __enter__(self): return (1, (2, 3))
    def __exit__(self, *a): pass
d = {}
class O: pass
with CM() as (a, (b, c)): print(a, b, c)
with CM() as d['k'], CM() as O.attr: print(d, O.attr)
with CM() as [x, *y]: print(x, y)
