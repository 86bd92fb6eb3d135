class A: pass
class B(A): pass
class C(A): pass
print([c.__name__ for c in A.__subclasses__()], B.__subclasses__(), bool in int.__subclasses__())
del C
import gc; gc.collect()
print([c.__name__ for c in A.__subclasses__()])
