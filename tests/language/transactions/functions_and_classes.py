"""What a block does to functions and classes is undone with it, like all else."""
import transaction


def undone(body):
    try:
        with transaction.atomic:
            body()
            raise KeyError
    except KeyError:
        pass


def function(a=1, *, b=2) -> int:
    """A function."""
    return a, b


def other(a, *, b=3):
    return "other"


def change_function():
    function.__defaults__ = 7,
    function.__kwdefaults__ = {"b": 7}
    function.__code__ = other.__code__
    function.__name__ = function.__qualname__ = function.__doc__ = function.__module__ = "changed"
    function.__annotations__ = {}
    function.attribute = 1


undone(change_function)
print(function(), function.__name__, function.__qualname__, function.__doc__, function.__module__)
print(function.__annotations__, function.__dict__)


class First:
    value = "first"


class Second:
    value = "second"


class Class(First):
    __slots__ = ()


class Sister(First):
    pass


def change_class():
    Class.__bases__ = Second,
    Class.__name__ = Class.__qualname__ = "Changed"
    Class.__abstractmethods__ = {"method"}

    class New(First):
        pass

    instance.__class__ = New
    assert First.__subclasses__() == [Sister, New] and Second.__subclasses__() == [Class]


instance = Sister()
instance.attribute = 1
undone(change_class)
print(Class.__bases__, Class.__mro__, Class().value, Class.__name__, Class.__qualname__)
print(type(instance), instance.value, vars(instance), First.__subclasses__(), Second.__subclasses__())


def change_descriptors():
    prop.__init__(lambda self: 2, doc="new")
    static.__init__(lambda: 2)
    static.attribute = 2


prop = property(lambda self: 1, doc="old")
static = staticmethod(lambda: 1)
undone(change_descriptors)
print(prop.fget(None), prop.__doc__, static(), hasattr(static, "attribute"))


# A generator and a traceback show the code that they began with.
def numbers():
    yield 1
    yield 2


def change_code():
    numbers.__code__ = (lambda: (yield "other")).__code__
    print("never seen", next(generator), next(numbers()))


generator = numbers()
next(generator)
undone(change_code)
print(next(generator), list(numbers()))

# A block can still wait after such a change.
tries = 0


def wait_for_name():
    global tries
    function.__name__ = "waiting"
    transaction.check(tries)


def fall_back():
    global tries
    tries += 1


with transaction.atomic:
    transaction.or_else(wait_for_name, fall_back)
print(function.__name__, tries)
