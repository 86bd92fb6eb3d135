class A:
    def f(self): return 'A'
    @classmethod
    def c(cls): return 'A.c', cls.__name__
    @property
    def p(self): return 'A.p'
class B(A):
    def f(self): return super(B, self).f(), super().f(), super(B, type(self)).f(self)
    @classmethod
    def c(cls): return super().c()
    @property
    def p(self): return super().p + '!'
b = B()
print(b.f(), b.c(), B.c(), b.p, super(B, b).f(), repr(super(B, b))[:25], super(B, b).__thisclass__, super(B, b).__self_class__)
