from enum import Enum, IntEnum, Flag, auto, unique, StrEnum
class C(Enum): RED = 1; GREEN = 2; ALIAS = 1
class I(IntEnum): A = auto(); B = auto()
class F(Flag): R = auto(); W = auto(); RW = R | W
class S(StrEnum): X = auto()
print(C.RED, repr(C.GREEN), C(1), C['RED'], list(C), C.ALIAS is C.RED, C.RED.name, C.RED.value, I.A + 1, I.B > I.A, F.R | F.W, F.RW & F.R, list(F), S.X, C.RED in C, len(C), F(0))
for f in (lambda: C(9), lambda: C['X'], lambda: setattr(C, 'RED', 5)):
    try: f()
    except (ValueError, KeyError, AttributeError) as e: print(type(e).__name__, e)
