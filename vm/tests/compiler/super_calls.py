class A:
    def f(self, x):
        super().f(x)
        super(A, self).g
        def inner(): return self
        return super().__class__
    @classmethod
    def g(cls): return [super().g() for _ in cls]
