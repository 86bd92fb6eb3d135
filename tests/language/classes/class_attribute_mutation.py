class A: n = 0
class B(A): pass
A.n = 1; print(B.n, B().n); B.n = 5; A.n = 2; print(A.n, B.n); del B.n; print(B.n)
A.late = lambda self: 'late'
b = B(); print(b.late()); A.late = lambda self: 'later'; print(b.late())
del A.late
try: b.late()
except AttributeError as e: print(e)
