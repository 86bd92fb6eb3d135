import gc
class A: pass
a = A(); a.me = a
del a
print(gc.collect() >= 0, gc.isenabled(), gc.collect(0) >= 0, isinstance(gc.get_count(), tuple))
gc.disable(); print(gc.isenabled()); gc.enable()
