class A:
    class B: pass
def f():
    class C: pass
    return C
print(repr(A.B()).split(' at ')[0], repr(f()()).split(' at ')[0], f(), A.B)
