class A:
    def __str__(self): return 'str'
    def __repr__(self): return 'repr'
class B:
    def __repr__(self): return 'only repr'
class C:
    def __str__(self): return 5
class D:
    def __repr__(self): return None
print(A(), [A()], f'{A()} {A()!r}', str(B()), '%s %r' % (A(), A()))
for c in (C, D):
    try: str(c())
    except TypeError as e: print(e)
