def f(a, b):
    def g():
        nonlocal a
        a += b
        return lambda: (a, c)
    c = 1
    del b
    return g
