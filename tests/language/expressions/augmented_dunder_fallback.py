class A:
    def __init__(self, v): self.v = v
    def __add__(self, o): return A(self.v + o)
class B(A):
    def __iadd__(self, o): self.v += o * 100; return self
a = a0 = A(1); a += 1; print(a.v, a is a0)
b = b0 = B(1); b += 1; print(b.v, b is b0)
