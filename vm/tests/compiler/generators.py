def f(a):
    x = yield
    y = yield x
    z = yield from a
    return (yield a), z
