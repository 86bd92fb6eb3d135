class A:
    def f(self): return 'A'
class B:
    def f(self): return 'B'
class S: __slots__ = ('x',)
a = A(); a.v = 1
a.__class__ = B
print(a.f(), a.v, type(a).__name__, isinstance(a, B))
for src in ('a.__class__ = S', 'a.__class__ = int', 'a.__class__ = 5', '(5).__class__ = A', 'S().__class__ = A', 'del a.__class__'):
    try: exec(src)
    except TypeError as e: print(e)
