class A:
    "Doc"
    x = 1
    def __init__(self, y): self.y = y
    def get(self): return self.x, self.y
a = A(2)
print(a.get(), A.x, a.__class__ is A, A.__name__, A.__doc__, A.__module__, A.__bases__, a.__dict__, isinstance(a, A))
a.x = 5
print(a.get(), A.x, vars(a))
