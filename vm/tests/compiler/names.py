x = 1
class A:
    x = x
    y = [x for _ in z]
    def f(self): return x
def g():
    class B:
        nonlocal_like = h
        h = h
    h = 1
    return lambda: h
