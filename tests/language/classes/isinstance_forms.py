class A: pass
class B(A): pass
print(isinstance(B(), A), isinstance(1, (str, int)), isinstance(1, int | str), isinstance(None, int | None), isinstance([], (int, (str, list))), issubclass(B, (int, A)), issubclass(bool, int | str), isinstance(A, type))
for f in (lambda: isinstance(1, 5), lambda: isinstance(1, [int]), lambda: issubclass(1, int), lambda: issubclass(int, 5), lambda: isinstance(1, list[int]), lambda: isinstance(1, (5,))):
    try: f()
    except TypeError as e: print(e)
class Liar:
    __class__ = int
print(isinstance(Liar(), int), isinstance(Liar(), Liar), type(Liar()) is Liar)
