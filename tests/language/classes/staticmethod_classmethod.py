class A:
    @staticmethod
    def s(x): return x
    @classmethod
    def c(cls, x): return cls.__name__, x
class B(A): pass
print(A.s(1), A().s(2), A.c(3), B.c(4), B().c(5), A.__dict__['s'](6), A.c.__self__ is A, A.__dict__['c'].__func__(B, 7), A.__dict__['s'].__wrapped__(8))
sm = staticmethod(len)
print(sm('abc'), type(sm).__name__, type(A.__dict__['c']).__name__, A.__dict__['s'].__name__)
try: A.__dict__['c']()
except TypeError as e: print(e)
