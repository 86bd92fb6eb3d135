# Classes called with positional arguments, and what must not change when that is a short cut.
print(int(), int(3.9), int("12"), int(-2.5e18), float("1.5"), float(), str(), str(5), bool(), bool([]))
print(list(), list("ab"), tuple([1]), dict([(1, 2)]), set("aa"), frozenset([1]), isinstance(object(), object))
print(tuple(t := (1, 2)) is t, list(l := [1]) is l, str(s := "abc") is s)
for call in (
    lambda: int(1, 2, 3),
    lambda: list(1, 2),
    lambda: list(x=1),
    lambda: tuple(1, 2),
    lambda: dict(1, 2),
    lambda: set(1, 2),
    lambda: object(1),
    lambda: bool(1, 2),
    lambda: float(1, 2),
    lambda: int("x"),
    lambda: int(float("nan")),
):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)


class Stack(list):
    def __init__(self, *args, name=None):
        super().__init__(args)
        self.name = name


class Number(int):
    def __new__(cls, value, unit):
        self = super().__new__(cls, value)
        self.unit = unit
        return self


print(Stack(1, 2, name="n"), Stack(1, 2, name="n").name, Number(5, "m") + 1, Number(5, "m").unit)
print(min(3, 1), max([1, 5, 2], key=lambda n: -n), min([], default=0), "{a}{}".format(1, a=2))


def keywords(**kwargs):
    return kwargs


print(keywords(), keywords(a=1), dict(a=1), dict({"a": 1}, b=2))
