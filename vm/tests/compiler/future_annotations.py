from __future__ import annotations
x: List[int | None] = []
def f(a: "q", b: x.y[1:2] = 2) -> (lambda z, *, k=1: -z ** 2): pass
