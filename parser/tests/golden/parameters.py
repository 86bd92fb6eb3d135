def f(a, b=1, /, c=2, *args: *Ts, d, e=3, **kw) -> int: pass
lambda a, /, b=1, *c, d=2, **e: 0
lambda *, a: 0
lambda: 0
