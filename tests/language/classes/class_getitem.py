class A:
    def __class_getitem__(cls, k): return cls.__name__, k
class B(A): pass
print(A[1], B['x', 2])
class C: pass
try: C[1]
except TypeError as e: print(e)
try: C()[1]
except TypeError as e: print(e)
