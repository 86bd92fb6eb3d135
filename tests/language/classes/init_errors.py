class A:
    def __init__(self): return 5
class B: pass
class C:
    def __init__(self, x): pass
class D:
    def __new__(cls): return 5
for f in (A, lambda: B(1), C, lambda: C(1, 2), lambda: B(x=1), lambda: object(1), lambda: D(1)):
    try: f()
    except TypeError as e: print(e)
print(D())
