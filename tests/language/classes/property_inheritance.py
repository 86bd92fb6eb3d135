class A:
    @property
    def x(self): return 'A'
class B(A):
    @A.x.setter
    def x(self, v): print('set', v)
b = B(); b.x = 1; print(b.x)
class P(property):
    "sub"
    def __get__(self, o, t=None): return ('sub', super().__get__(o, t))
class C:
    x = P(lambda s: 5)
print(C().x)
