class Fake:
    def __mro_entries__(self, bases): print('entries', len(bases)); return (int,)
class A(Fake()): pass
print(A.__bases__, A.__orig_bases__[0].__class__.__name__, A(5) + 1)
class Nothing:
    def __mro_entries__(self, bases): return ()
class B(Nothing()): pass
print(B.__bases__)
