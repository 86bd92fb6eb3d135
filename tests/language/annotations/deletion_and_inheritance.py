class A: x: int
class B(A): pass
print(B.__annotations__, A.__annotations__)
del A.__annotations__
print(A.__annotations__)
