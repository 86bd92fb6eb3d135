class A:
    def __init__(self): self._x = 1
    @property
    def x(self):
        "the x"
        return self._x
    @x.setter
    def x(self, v): self._x = v * 2
    @x.deleter
    def x(self): print('deleted')
    ro = property(lambda self: 'ro')
    wo = property(fset=lambda self, v: print('wo', v))
a = A()
a.x = 5
print(a.x, A.x.__doc__, type(A.x).__name__, A.x.fget(a)); del a.x; a.wo = 3
for src in ('a.ro = 1', 'del a.ro', 'a.wo', 'del a.wo'):
    try: exec(src)
    except AttributeError as e: print(e)
print(a.__dict__, A.ro.fset, A.x.__name__)
