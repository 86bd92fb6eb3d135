class A:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return isinstance(o, A) and self.v == o.v
class B(A):
    __hash__ = lambda self: hash(self.v)
print(A(1) == A(1), A(1) != A(1), A(1) == 5, B(2) in {B(2)}, A.__hash__, len({B(1), B(1), B(2)}))
try: {A(1)}
except TypeError as e: print(e)
class C:
    def __hash__(self): return 'x'
try: hash(C())
except TypeError as e: print(e)
class D:
    def __hash__(self): return 2**70
print(hash(D()) == hash(2**70))
