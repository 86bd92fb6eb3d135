class A:
    def __len__(self): return 0
    def __bool__(self): return True
class B:
    def __bool__(self): raise ValueError('no truth')
print(bool(A()), not A())
for f in (lambda: bool(B()), lambda: not B(), lambda: B() and 1, lambda: 1 if B() else 2):
    try: f()
    except ValueError as e: print(e)
