# Names of keyword arguments are not made private in a class body; those of parameters are.
def echo(*args, **keywords):
    return args, keywords


class Box:
    attribute = echo(__a=1)

    def method(self, __p=1, *, __q=2):
        return echo(__b=2), echo(*[], __c=3), echo(**{"d": 4}, __e=5), __p, __q


print(Box.attribute, Box().method(_Box__p=6, _Box__q=7))
try:
    Box().method(__p=8)
except TypeError as error:
    print(error)


class Meta(type):
    def __new__(metaclass, name, bases, namespace, **keywords):
        print(keywords)
        return super().__new__(metaclass, name, bases, namespace)


class Outer:
    class Inner(metaclass=Meta, __keyword=1):
        pass
