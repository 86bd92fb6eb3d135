def deco(f):
    print('decorating', f.__name__)
    return lambda *a: ('wrapped', f(*a))
def param(n):
    print('param', n)
    def d(f):
        print('apply', n)
        return f
    return d
@deco
def f(x): return x
@param(1)
@param(2)
def g(): return 'g'
print(f(3), g())
ds = [deco]
@ds[0]
def h(): pass
@(lambda c: c.__name__)
class K: pass
print(K)
