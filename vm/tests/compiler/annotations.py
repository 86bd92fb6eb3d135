x: int = 1
if x:
    y: str
class A:
    a: B
    if x:
        b: C = 2
    def m(self, a: __p, /, *args: *Ts, k: int = 1, **kw: str) -> A: pass
