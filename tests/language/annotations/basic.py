def f(a: int, *b: str, c: 'fwd' = 1, **d: list[int]) -> None: pass
print(f.__annotations__)
x: int = 1
y: 'str'
import __main__
print(__main__.__annotations__)
class A:
    p: int
    q: 'A' = None
print(A.__annotations__)
