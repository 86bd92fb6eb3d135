x: int = 5
y: str
print(x, 'y' in globals())
class A:
    n: 'int' = 1
    (p): int = 2
o = A()
o.attr: int = 7
print(o.attr, A.n, A.__annotations__)
