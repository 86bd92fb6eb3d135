"""Classes that are made in a block outlive it: native ones at their first use, others with an exception."""
import threading
from array import array
from collections import OrderedDict, deque

import transaction


def undone(body):
    try:
        with transaction.atomic:
            body()
            raise KeyError
    except KeyError:
        pass


# The class of each of these iterators is made when the first of them is.
numbers = array("b", b"abc")
undone(lambda: list(numbers))
print(list(numbers), type(iter(numbers)).__name__)


def nested():
    undone(lambda: list(reversed(deque("xyz"))))


undone(nested)
print(list(reversed(deque("xyz"))))


# Also if that is an instruction on its way.
fed = []
undone(lambda: fed.extend(deque("xyz")))
fed.extend(deque("xyz"))
print(fed)

# Several threads make them.
table = OrderedDict(a=1)
uses = [
    lambda: list(table), lambda: list(table.items()), lambda: list(table.values()), lambda: list(reversed(table)),
    lambda: list(memoryview(b"ab")), lambda: list(bytearray(b"ab")), lambda: list(reversed(range(3))),
    lambda: list(range(2 ** 70, 2 ** 70 + 2)), lambda: list(frozenset([1])), lambda: list("ab"), lambda: list(b"ab"),
    lambda: list({1: 2}.items()), lambda: list(reversed({1: 2})), lambda: list(iter([1, 2].pop, 1)),
]
start = threading.Barrier(3)
results = []


def use():
    start.wait()
    for each in uses:
        undone(each)
    results.append([each() for each in uses])


threads = [threading.Thread(target=use) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results[0])
print(results[0] == results[1] == results[2])


# A class that an exception brings along.
def leave():
    with transaction.atomic:
        class Error(Exception):
            code = 7

            def text(self):
                return f"{type(self).__name__} {self.code}"

        Error.later = "set in the block"

        def function():
            pass

        function.attribute = "of a function"
        raise Error(function)


try:
    leave()
except Exception as error:
    print(error.text(), error.later, error.args[0].attribute, isinstance(error, Exception))


# What a nested block has changed in a class of the outer one is undone.
with transaction.atomic:
    class Outer:
        value = 1

    def change():
        Outer.value = 2
        Outer.other = 3

    undone(change)
    print(Outer.value, hasattr(Outer, "other"))
print(Outer.value)


# A class that outlives the block does not keep what its base was in there.
class Base:
    value = "old"

    def method(self):
        return self.value


def look(cls):
    for _ in range(3):
        found = cls.value, cls().value, cls().method(), str(cls())
    return found


def leave_with_classes():
    with transaction.atomic:
        class Early(Base):
            pass

        look(Early)
        Base.value = "new"
        Base.__str__ = lambda self: "a new str"

        class Late(Base):
            pass

        seen = [look(Early), look(Late), look(Base)]
        Late.value = "its own"
        seen += [look(Early), look(Late)]
        raise KeyError(Early, Late, seen)


Base.__str__ = lambda self: "an old str"
try:
    leave_with_classes()
except KeyError as error:
    early, late, seen = error.args
    print(*seen, sep="\n")
    print(look(early), look(late), look(Base))
    Base.value = "newer"
    print(look(early), look(late), look(Base))
