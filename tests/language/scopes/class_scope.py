x = 1
class A:
    y = x
    x = 2
    z = x
    l = [q for q in range(x)]
    def f(self): return x
print(A.y, A.x, A.z, A.l, A().f())
try:
    class B:
        k = 3
        l = [k for _ in range(1)]
    print(B.l)
except NameError as e:
    print(e)
