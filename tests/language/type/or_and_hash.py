class A: pass
print(A | int == int | A, hash(A) == hash(A), A == A, A != int, {A: 1}[A], sorted([int, A], key=lambda t: t.__name__)[0] is A)
try: A < int
except TypeError as e: print(e)
