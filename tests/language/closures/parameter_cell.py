def f(a, *args, k=1, **kw):
    def g():
        nonlocal a
        a += 1
        return a, args, k, kw
    return g
g = f(1, 2, k=3, z=4)
print(g(), g())
