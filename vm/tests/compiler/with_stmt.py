def f(a):
    with a as x, a.b() as (y, z):
        return x
    with a:
        pass
