class A:
    def f(self): return 'A'
class B(A):
    def f(self):
        g = lambda: super(B, self).f()
        def h(this): return super().f()
        return g(), h(self), [super(B, self).f() for _ in range(1)]
print(B().f())
