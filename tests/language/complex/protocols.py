class A:
    def __complex__(self): return 1 + 2j
class B:
    def __float__(self): return 2.5
class C:
    def __index__(self): return 3
class D:
    def __complex__(self): return 1
print(complex(A()), complex(B()), complex(C()), complex(B(), C()))
try: complex(D())
except TypeError as e: print(e)
