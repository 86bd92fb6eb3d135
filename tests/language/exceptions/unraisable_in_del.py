import sys, gc
sys.unraisablehook = lambda u: print('unraisable', repr(u.exc_value))
class A:
    def __del__(self): raise ValueError('in del')
a = A()
del a
gc.collect()
print('continues')
