class A: pass
class B(A):
    def f(self): return super().nope
    def g(): return super()
    def h(self): super().x = 5
    def i(self):
        del self
        return super()
for f in (lambda: B().f(), lambda: B.g(), lambda: super(A, 5), lambda: super(5), lambda: super(), lambda: B().h(), lambda: B().i(), lambda: super(B, A())):
    try: f()
    except (TypeError, AttributeError, RuntimeError) as e: print(type(e).__name__, e)
