import weakref, gc
class A: pass
a = A()
r = weakref.ref(a, lambda r: print('callback'))
print(r() is a, weakref.getweakrefcount(a))
del a
gc.collect()
print(r())
for bad in (5, 'x', [], ()):
    try: weakref.ref(bad)
    except TypeError as e: print(e)
