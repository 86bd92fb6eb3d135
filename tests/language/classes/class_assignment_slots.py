# `__class__` can change only between classes that add the same to the same base.
import types


class H:
    __slots__ = ["b", "a"]


class I:
    __slots__ = ["a", "b"]


class L(H):
    __slots__ = ["e"]


class M(I):
    __slots__ = ["e"]


x = H()
x.a = 1
x.__class__ = I
print(type(x).__name__, x.a)
try:
    L().__class__ = M
except TypeError as error:
    print(error)


class SubModule(types.ModuleType):
    a = 1


m = types.ModuleType("m")
m.__class__ = SubModule
print(m.a)
m.__class__ = types.ModuleType
print(hasattr(m, "a"))
