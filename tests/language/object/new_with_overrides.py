class A:
    def __init__(self, x): self.x = x
class B:
    def __new__(cls, x): return super().__new__(cls)
class C:
    def __new__(cls, x): return super().__new__(cls, x)
print(A(1).x, type(B(1)).__name__)
for f in (lambda: C(1), lambda: A.__new__(A, 1, 2) and B.__init__(B(1), 5), lambda: A()):
    try: print(f())
    except TypeError as e: print(e)
