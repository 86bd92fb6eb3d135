class A:
    def __int__(self): return 7
class B:
    def __index__(self): return 8
class C:
    def __trunc__(self): return 9
class Bad:
    def __int__(self): return 'x'
print(int(A()), int(B()))
for c in (C, Bad):
    try: int(c())
    except TypeError as e: print(e)
