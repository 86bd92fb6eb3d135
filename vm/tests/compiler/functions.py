def f(a, /, b=1, *args, c, d=x, **kw):
    "doc"
    return a
g = lambda *a, b=1: a
