# Unions of types with and without hashes.
class Bad(type):
    def __eq__(self, other):
        raise ZeroDivisionError


a, b = Bad("a", (), {}), Bad("b", (), {})
print((int | a).__args__ == (int, a))
for make in (lambda: a | b, lambda: int | a == int | b):
    try:
        print(make())
    except ZeroDivisionError:
        print("compared")

hashable = False


class Meta(type):
    def __hash__(self):
        if not hashable:
            raise TypeError("not hashable")
        return 1


class A(metaclass=Meta):
    pass


class B(metaclass=Meta):
    pass


union = A | B
for hashable in False, True:
    try:
        hash(union)
    except TypeError as error:
        print(error)
print(int | str == str | int, int | str | int, int | str == int | bytes)
