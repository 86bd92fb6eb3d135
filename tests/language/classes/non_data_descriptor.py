class N:
    def __get__(self, o, t): return 'from descriptor'
class S:
    def __set__(self, o, v): o.__dict__['s'] = v + 1
class A:
    n = N()
    s = S()
a = A()
print(a.n); a.n = 'instance'; print(a.n); del a.n; print(a.n)
print(type(a.s).__name__); a.s = 1; print(a.s)
try: del a.s
except AttributeError as e: print(e)
