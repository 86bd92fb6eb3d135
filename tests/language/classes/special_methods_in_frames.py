import sys, traceback
class A:
    def __init__(self): self.d = {1: 'x'}
    def __getitem__(self, k):
        return self.d[k]
    @property
    def p(self): return self.q
    @property
    def frame(self): return sys._getframe()
    def __call__(self, a, b=2, *, c=3): return (a, b, c)
class B(A):
    def __getattr__(self, n):
        return 'fallback ' + n
class G:
    def __getitem__(self, k):
        yield k
        yield k + 1
    @property
    def gen(self):
        yield 1
a = A()
for i in range(3):
    try: print(a[1]); a[2]
    except KeyError: traceback.print_exc(file=sys.stdout)
for i in range(3):
    try: a.p
    except AttributeError: traceback.print_exc(file=sys.stdout)
for i in range(3): print(B().p)
print(list(G()[4]), list(G().gen), list(G().gen))
def f():
    fr = a.frame
    fr = a.frame
    return fr.f_back.f_code.co_name, fr.f_lineno, fr.f_back.f_lineno
print(f(), f())
print(a(1), a(1, 5), a(1, c=7))
x = a
print([x(i, c=i) for i in range(3)])
class R:
    @property
    def r(self): return self.r
for i in range(2):
    try: R().r
    except RecursionError as e: print(type(e), str(e)[:40])
class S:
    def __getitem__(self, i): return self[i+1]
try: S()[0]
except RecursionError as e: print(type(e), str(e)[:40])
class Gen:
    @property
    def v(self): return 5
    def __getitem__(self, i): return i * 2
def gen(o):
    for i in range(4):
        yield o.v + o[i]
o = Gen()
print(list(gen(o)), sum(gen(o)), max(x.v for x in [o]*3))
async def co():
    return o.v, o[3]
import gc
class C:
    @property
    def v(self):
        gc.collect()
        return [self, [1]*100]
c = C()
for i in range(3): print(len(c.v), c.v[0] is c)
def defaults(a, b=[], c=3, *, k=4): return a, b, c, k
def d2(a, b=2, c=3): return a, b, c
print(d2(1), d2(1, 5), d2(1, 5, 6), defaults(1), d2(c=1, a=2))
try: d2()
except TypeError as e: print(e)
try: d2(1,2,3,4)
except TypeError as e: print(e)
def v(a, *r, k=1, **kw): return a, r, k, kw
print(v(1), v(1,2,3), v(1,2,3,k=5,z=6), v(*range(12), **{c: c for c in 'abcdefghijkl'[1:]}))
