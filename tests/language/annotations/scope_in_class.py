class A:
    T = int
    def m(self, x: T) -> T: return x
    v: T
    class Inner: pass
    w: Inner
print(A.m.__annotations__, A.__annotations__['w'] is A.Inner)
def make(t):
    def f(x: t): pass
    return f
print(make(float).__annotations__)
