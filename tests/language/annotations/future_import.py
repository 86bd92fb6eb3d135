from __future__ import annotations
def f(a: int, b: list['x'], c: 1 + 2) -> None: pass
print(f.__annotations__)
class A:
    y: undefined = 1
print(A.__annotations__)
