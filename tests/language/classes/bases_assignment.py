class A: 
    def f(self): return 'A'
class B:
    def f(self): return 'B'
class C(A): pass
c = C()
print(c.f()); C.__bases__ = (B,); print(c.f(), C.__mro__[1].__name__, A.__subclasses__(), [k.__name__ for k in B.__subclasses__()])
for bad in ((), (C,), (int,), 5, (B, B)):
    try: C.__bases__ = bad
    except TypeError as e: print(e)
