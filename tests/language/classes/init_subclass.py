class A:
    registry = []
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        A.registry.append((cls.__name__, tag))
class B(A): pass
class C(A, tag='t'): pass
class D(C, tag=5): pass
print(A.registry)
try:
    class E(A, other=1): pass
except TypeError as e: print(e)
try:
    class F(x=1): pass
except TypeError as e: print(e)
