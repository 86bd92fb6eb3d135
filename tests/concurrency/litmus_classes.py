"""Functions, classes and the class of an object: what everybody reads without asking is as isolated as everything else."""

import threading

from _litmus import Undo, in_threads, litmus, race, transaction, watch

atomic = transaction.atomic


def open_changes_are_not_seen(rounds, threads, change, look):
    """Blocks do `change()` and are undone; `look()` says the same all the time."""
    before = look()

    def write(i):
        try:
            with atomic:
                change()
                for _ in range(200):
                    pass
                raise Undo
        except Undo:
            pass

    def see():
        now = look()
        assert now == before, f"{before} became {now}"

    watch(rounds, threads, write, see)


def blocks_see_one_state(rounds, threads, change, look):
    """Blocks do `change(i)`; both parts of what blocks `look()` at, one after the other, are always equal."""

    def write(i):
        with atomic:
            change(i)

    def see():
        with atomic:
            first = look(0)
            for _ in range(50):
                pass
            second = look(1)
        assert first == second, f"{first} and {second} in one block"

    watch(rounds, threads, write, see)


@litmus(undo=True)
def open_changes_of_a_function(rounds, threads):
    def other(a, *, b=3):
        return "other"

    def function(a=1, *, b=2):
        """A function."""
        return a, b

    def change():
        function.__defaults__ = 7,
        function.__kwdefaults__ = {"b": 7}
        function.__code__ = other.__code__
        function.__name__ = function.__qualname__ = function.__doc__ = function.__module__ = "changed"
        function.attribute = 7

    def look():
        about = function.__name__, function.__qualname__, function.__doc__, function.__module__
        return function(), about, function.__dict__

    open_changes_are_not_seen(rounds, threads, change, look)


@litmus(undo=True)
def open_changes_of_a_class(rounds, threads):
    class First:
        value = "first"

    class Second:
        value = "second"

    class Class(First):
        pass

    instance = Class()

    def change():
        Class.__bases__ = Second,
        Class.__name__ = Class.__qualname__ = "Changed"
        Class.__abstractmethods__ = frozenset(["method"])

    def look():
        kinds = Class.__bases__, Class.__mro__, issubclass(Class, First), isinstance(instance, Second)
        return kinds, Class.__name__, Class.__qualname__, instance.value, Class().value

    open_changes_are_not_seen(rounds, threads, change, look)


@litmus(undo=True)
def open_changes_of_the_class_of_an_object(rounds, threads):
    class First:
        value = "first"

    class Second:
        value = "second"

    instance = First()
    instance.attribute = 1

    def change():
        instance.__class__ = Second

    def look():
        return type(instance), instance.value, isinstance(instance, Second), instance.__dict__

    open_changes_are_not_seen(rounds, threads, change, look)


@litmus(undo=True)
def open_changes_of_descriptors(rounds, threads):
    prop = property(lambda self: 1, doc="old")
    static = staticmethod(lambda: 1)

    def change():
        prop.__init__(lambda self: 2, doc="new")
        static.__init__(lambda: 2)
        static.attribute = 2

    def look():
        return prop.fget(None), prop.__doc__, static(), "attribute" in static.__dict__

    open_changes_are_not_seen(rounds, threads, change, look)


@litmus(undo=True)
def blocks_see_one_state_of_a_function(rounds, threads):
    def function(a=0, *, b=0):
        return a, b

    def change(i):
        function.__defaults__ = i,
        function.__kwdefaults__ = {"b": i}

    blocks_see_one_state(rounds, threads, change, lambda part: function()[part])


@litmus(undo=True)
def blocks_see_one_class_of_an_object(rounds, threads):
    class First:
        value = 0

    class Second:
        value = 1

    instance = First()

    def change(i):
        instance.__class__ = [First, Second][i % 2]

    def look(part):
        return [First, Second].index(type(instance)) if part else instance.value

    blocks_see_one_state(rounds, threads, change, look)


@litmus(undo=True)
def single_changes_undo_blocks_that_have_read(rounds, threads):
    """A change outside of blocks comes before or after each block."""

    def function(a=0):
        return a

    def write(i):
        function.__defaults__ = i,

    def look():
        with atomic:
            first = function()
            for _ in range(50):
                pass
            assert first == function(), "two states in one block"

    watch(rounds, threads, write, look)


@litmus()
def changes_of_classes_and_objects_cross(rounds, threads):
    """Who runs alone gets what blocks of the others have written, in either order."""

    class First:
        pass

    class Second:
        pass

    class Class(First):
        n = 0

    class Box:
        n = 0

    box = Box()

    def run(number):
        for i in range(rounds):
            with atomic:
                if number % 2:
                    box.n += 1
                    Class.__bases__ = [First, Second][i % 2],
                    Class.n += 1
                else:
                    Class.n += 1
                    Class.__bases__ = [First, Second][i % 2],
                    box.n += 1

    in_threads(threads, run)
    assert Class.n == box.n == rounds * threads


@litmus()
def attributes_of_what_everybody_reads(rounds, threads):
    """Threads that each set an attribute of one object for the first time."""

    class Prop(property):
        pass

    class Static(staticmethod):
        pass

    makers = [lambda: Prop(None), lambda: Static(len), lambda: classmethod(len), lambda: lambda: None]

    def act(number, things):
        for thing in things:
            setattr(thing, f"attribute_{number}", number)

    def check(things):
        for thing in things:
            found = [thing.__dict__.get(f"attribute_{number}") for number in range(threads)]
            assert found == list(range(threads)), found

    race(rounds, threads, lambda: [make() for make in makers], act, check)


@litmus(share=0.2)
def code_is_replaced_while_it_runs(rounds, threads):
    def other(times):
        return "other"

    def make():
        def function(times):
            total = 0
            for i in range(times):
                total += i
            return total

        return function

    def act(number, function):
        if number == 0:
            function.__code__ = other.__code__
        else:
            result = function(300)
            assert result in (44850, "other"), result

    def check(function):
        assert function(1) == "other"

    race(rounds, threads, make, act, check)


@litmus(undo=True, share=0.2)
def subclasses_of_undone_blocks_are_not_listed(rounds, threads):
    class First:
        pass

    class Second:
        pass

    class Third(First):
        pass

    def change():
        type("New", (First,), {})
        Third.__bases__ = Second,
        assert len(First.__subclasses__()) == 1 and Second.__subclasses__() == [Third]

    def look():
        return [Class.__name__ for Class in First.__subclasses__()], Second.__subclasses__()

    open_changes_are_not_seen(rounds, threads, change, look)


@litmus(undo=True, share=0.2)
def who_finds_no_subclass_makes_it(rounds, threads):
    """The list of subclasses is part of what a block has read."""

    def make():
        class Base:
            made = []

        return Base

    def act(number, Base):
        with atomic:
            if not Base.__subclasses__():
                Base.made = [*Base.made, type("Only", (Base,), {})]

    def check(Base):
        assert Base.__subclasses__() == Base.made and len(Base.made) == 1, Base.made

    race(rounds, threads, make, act, check)


@litmus(share=0.2)
def threads_begin_while_a_function_changes(rounds, threads):
    def function(a=0, *, b=0):
        return a, b

    seen = []

    for i in range(rounds):
        others = [threading.Thread(target=lambda: seen.append(function())) for _ in range(threads)]
        for other in others:
            other.start()
        with atomic:
            function.__defaults__ = i,
            function.__kwdefaults__ = {"b": i}
        for other in others:
            other.join()
    assert all(a == b for a, b in seen), "half a block seen"
