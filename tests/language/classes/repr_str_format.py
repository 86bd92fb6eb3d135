class A:
    def __repr__(self): return 'R'
class B(A):
    def __str__(self): return 'S'
    def __format__(self, spec): return f'F[{spec}]'
print(A(), [B()], B(), f'{B()} {B():x} {B()!r:>3}', format(B(), 'q'), str(A()), '%s' % B())
class C:
    def __format__(self, s): return 5
try: f'{C()}'
except TypeError as e: print(e)
try: f'{object():x}'
except TypeError as e: print(e)
