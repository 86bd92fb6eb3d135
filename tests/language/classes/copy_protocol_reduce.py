class A:
    def __init__(self, x): self.x = x
a = A(5)
f, args, state = a.__reduce_ex__(2)[:3]
print(f.__name__, args, state)
print(a.__getstate__(), object().__getstate__())
