# Assignment to `__bases__` from inside `mro()`.
class Meta(type):
    hook = None

    def mro(cls):
        if Meta.hook is not None:
            Meta.hook(cls)
        return type.mro(cls)


class A(metaclass=Meta):
    pass


class B1(A):
    pass


class B2(A):
    pass


class C(A):
    pass


def again(cls):
    if cls.__name__ == "C":
        Meta.hook = None
        C.__bases__ = (B2,)


Meta.hook = again
C.__bases__ = (B1,)
print(C.__bases__, C.__mro__, B1.__subclasses__(), B2.__subclasses__())


def failing(cls):
    Meta.hook = None
    raise ValueError("no")


Meta.hook = failing
try:
    C.__bases__ = (B1,)
except ValueError as error:
    print(error, C.__bases__, C.__mro__)


class Base:
    value = 1


class Odd(type):
    def mro(cls):
        return (cls, Base, object)


class Weird(metaclass=Odd):
    pass


print(Weird.value)
Base.value = 2
print(Weird.value)


class Left(type):
    def mro(cls):
        return (Base,)


try:
    class Lost(metaclass=Left):
        pass
except TypeError as error:
    print(error)
