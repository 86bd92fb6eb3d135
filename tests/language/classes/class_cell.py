class A:
    def f(self): return __class__
    g = lambda self: __class__.__name__
print(A().f() is A, A().g(), A.f.__closure__[0].cell_contents is A)
