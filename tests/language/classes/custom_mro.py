class M(type):
    def mro(cls): return [cls, Extra] + type.mro(cls)[1:]
class Extra:
    def f(self): return 'extra'
class A(metaclass=M): pass
print(A().f(), [c.__name__ for c in A.__mro__])
