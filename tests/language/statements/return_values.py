def a(): return
def b(): return 1, 2
def c(): return (yield)
def d():
    if False: return 1
def e(*x): return *x, 9
print(a(), b(), d(), e(1, 2))
