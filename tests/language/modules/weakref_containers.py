import weakref, gc
class A: pass
a, b = A(), A()
d = weakref.WeakValueDictionary(x=a); k = weakref.WeakKeyDictionary({a: 1, b: 2}); s = weakref.WeakSet([a, b])
print(len(d), len(k), len(s)); del a; gc.collect(); print(len(d), len(k), len(s), list(k.values()))
p = weakref.proxy(b); b.x = 5; print(p.x); del b; gc.collect()
try: p.x
except ReferenceError as e: print(e)
class O:
    def m(self): return 'm'
o = O(); m = weakref.WeakMethod(o.m); print(m()()); f = weakref.finalize(o, print, 'finalized'); del o; gc.collect(); print(m(), f.alive)
