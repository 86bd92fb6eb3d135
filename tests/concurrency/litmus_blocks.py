"""Blocks: isolated from each other and from single instructions, undone as a whole."""

import asyncio
import gc
import threading
from collections import deque
from functools import partial

from _litmus import Box, Undo, in_threads, litmus, race, raises, transaction, watch

atomic = transaction.atomic


@litmus()
def counter_in_blocks(rounds, threads):
    box = Box(n=0)

    def run(number):
        for _ in range(rounds):
            with atomic:
                n = box.n
                box.n = n + 1

    in_threads(threads, run)
    assert box.n == rounds * threads, "updates lost"


@litmus()
def counter_in_atomic_functions(rounds, threads):
    box = Box(n=0)

    @atomic
    def bump():
        n = box.n
        box.n = n + 1
        return n

    seen = in_threads(threads, lambda number: [bump() for _ in range(rounds)])
    assert sorted(n for part in seen for n in part) == list(range(rounds * threads))


@litmus(undo=True)
def blocks_and_instructions_count_together(rounds, threads):
    """A block reads and writes in two steps; an instruction in between would be lost, or make it start again."""
    box, table = Box(n=0), {"n": 0}

    def run(number):
        for _ in range(rounds):
            if number % 2:
                box.n += 1
                table["n"] += 1
            else:
                with atomic:
                    n, m = box.n, table["n"]
                    box.n = n + 1
                    table["n"] = m + 1

    in_threads(threads, run)
    assert box.n == table["n"] == rounds * threads


@litmus()
def invariant_of_two_objects(rounds, threads):
    a, b = Box(n=0), Box(n=0)

    def write(i):
        with atomic:
            a.n += 1
            b.n -= 1

    def look():
        with atomic:
            x = a.n
            y = b.n
        assert x + y == 0, (x, y)

    watch(rounds, threads, write, look)


@litmus(undo=True)
def nobody_outside_sees_half_a_block(rounds, threads):
    """Strong isolation: what a block changes and changes back was never there, for single instructions either."""
    box, items, table, elements = Box(n=0), [0], {"n": 0}, {0}

    def write(i):
        with atomic:
            box.n = items[0] = table["n"] = 1
            items.append(1)
            elements.clear()
            box.extra = 1
            del box.extra
            elements.add(0)
            items.pop()
            box.n = items[0] = table["n"] = 0

    def look():
        assert box.n == 0 and items[0] == 0 and table["n"] == 0, "an attribute or item shows"
        assert len(items) == 1 and len(elements) == 1, "a length shows"
        assert not hasattr(box, "extra")
        assert list(items) == [0] and dict(table) == {"n": 0} and 0 in elements

    watch(rounds, threads, write, look)


@litmus(undo=True)
def nobody_sees_an_undone_block(rounds, threads):
    box, items = Box(n=0), []

    def write(i):
        try:
            with atomic:
                box.n = 1
                items.append(1)
                raise Undo
        except Undo:
            pass

    def look():
        assert box.n == 0 and not items
        with atomic:
            assert box.n == 0 and not items

    watch(rounds, threads, write, look)


@litmus()
def write_skew(rounds, threads):
    """Each checks both and writes its own: only one may."""

    def act(number, box):
        with atomic:
            if box.x.n + box.y.n == 0:
                (box.x if number % 2 else box.y).n = 1

    def check(box):
        assert box.x.n + box.y.n == 1, "write skew"

    race(rounds, threads, lambda: Box(x=Box(n=0), y=Box(n=0)), act, check)


@litmus()
def blind_writes_to_two_places(rounds, threads):
    def act(number, box):
        with atomic:
            box.x.n = number
            box.y.n = number

    def check(box):
        assert box.x.n == box.y.n, "blocks are interleaved"

    race(rounds, threads, lambda: Box(x=Box(n=-1), y=Box(n=-1)), act, check)


@litmus()
def blocks_agree_on_an_order(rounds, threads):
    """Each block reads what all have done and adds itself: the second must have seen the first, and so on."""

    def act(number, box):
        with atomic:
            box.seen.append(tuple(box.order))
            box.order.append(number)

    def check(box):
        for i, seen in enumerate(box.seen):
            assert seen == tuple(box.order[:i])

    race(rounds, threads, lambda: Box(order=[], seen=[]), act, check)


@litmus(undo=True)
def zombies_see_a_consistent_state(rounds, threads):
    """Opacity: an attempt that will be undone does not see x != y either, nor does it loop for ever over it."""
    x, y, zombies = Box(n=0), Box(n=0), []

    def write(i):
        with atomic:
            x.n += 1
            y.n += 1

    def look():
        with atomic:
            a = x.n
            b = y.n
            if a != b:
                transaction.on_abort(partial(zombies.append, (a, b)))
            while x.n != y.n:
                pass
        assert a == b

    watch(rounds, threads, write, look)
    assert not zombies, zombies[:3]


@litmus(undo=True)
def zombies_do_not_raise(rounds, threads):
    """The same with an exception in place of a loop: a key that must be there is there in every attempt."""
    box, zombies = Box(key=0, table={0: 0}), []

    def write(i):
        with atomic:
            del box.table[box.key]
            box.key = i
            box.table[i] = i

    def look():
        with atomic:
            key = box.key
            if key not in box.table:
                transaction.on_abort(partial(zombies.append, key))
            assert box.table[key] == key

    watch(rounds, threads, write, look)
    assert not zombies, zombies[:3]


@litmus()
def reads_repeat(rounds, threads):
    box = Box(n=0)

    def write(i):
        box.n = i

    @atomic
    def look():
        first = box.n
        for _ in range(20):
            pass
        assert box.n == first or not_isolated

    # A lock holds up blocks only, so there the instruction outside may come in between.
    from _litmus import HAS_TRANSACTIONS
    not_isolated = not HAS_TRANSACTIONS
    watch(rounds, threads, write, look)


@litmus()
def privatisation(rounds, threads):
    """Who takes a node out in a block owns it: nobody's block still writes to it afterwards."""
    box = Box(node=None)

    def run(number):
        if number == 0:
            for i in range(rounds):
                box.node = Box(x=0, y=0)
                with atomic:
                    node = box.node
                    box.node = None
                for _ in range(3):
                    assert node.x == node.y, "someone still writes to a private node"
                    node.x += 1
                    node.y += 1
            done.append(True)
            return
        while not done:
            with atomic:
                if box.node is not None:
                    box.node.x += 1
                    box.node.y += 1

    done = []
    in_threads(max(threads, 2), run)


@litmus()
def publication(rounds, threads):
    """What was prepared outside and is published in a block is complete for whoever finds it in a block."""
    box = Box(node=None)

    def write(i):
        node = Box(x=0, y=[0])
        node.x = i
        node.y[0] = i
        with atomic:
            box.node = node

    def look():
        with atomic:
            node = box.node
            if node is not None:
                assert node.x == node.y[0]

    watch(rounds, threads, write, look)


@litmus()
def opposite_orders_do_not_deadlock(rounds, threads):
    boxes = [Box(n=0) for _ in range(4)]

    def run(number):
        for i in range(rounds):
            order = boxes if number % 2 else boxes[::-1]
            with atomic:
                for box in order:
                    box.n += 1

    in_threads(threads, run)
    assert [box.n for box in boxes] == [rounds * threads] * 4


@litmus()
def philosophers_eat(rounds, threads):
    seats = max(threads, 2)
    forks, meals = [Box(taken=False) for _ in range(seats)], [0] * seats

    @atomic
    def take(left, right):
        transaction.check(not left.taken and not right.taken)
        left.taken = right.taken = True

    @atomic
    def put(left, right):
        left.taken = right.taken = False

    def run(number):
        left, right = forks[number], forks[(number + 1) % seats]
        for _ in range(rounds):
            take(left, right)
            assert left.taken and right.taken
            meals[number] += 1
            put(left, right)

    in_threads(seats, run)
    assert meals == [rounds] * seats


@litmus(share=0.05)
def a_long_block_gets_through(rounds, threads):
    """One reads all objects in a block while the others keep writing them: it must end."""
    boxes, done = [Box(n=0) for _ in range(300)], []

    def run(number):
        if number == 0:
            for _ in range(rounds):
                with atomic:
                    total = 0
                    for box in boxes:
                        total += box.n
                assert total % 2 == 0
            done.append(True)
            return
        i = 0
        while not done:
            i += 7
            with atomic:
                boxes[i % 300].n += 1
                boxes[(i + 1) % 300].n += 1

    in_threads(max(threads, 2), run)


@litmus()
def nobody_starves(rounds, threads):
    """Under full contention every thread does its share, and in a time that has something to do with it."""
    box = Box(n=0)

    def run(number):
        for i in range(rounds):
            with atomic:
                box.n += 1
                for _ in range(10 if number else 200):
                    pass

    in_threads(threads, run)
    assert box.n == rounds * threads


@litmus()
def locals_are_restored_when_a_block_restarts(rounds, threads):
    box = Box(n=0)

    def run(number):
        items = []
        for i in range(rounds):
            n, text = 0, "a"
            iterator = iter(range(5))
            generator = (k for k in range(5))
            with atomic:
                n += 1
                text += "b"
                first, second = next(iterator), next(generator)
                items.append(i)
                box.n += 1
                next(iterator), next(generator)
            assert (n, text, first, second) == (1, "ab", 0, 0), (n, text, first, second)
            assert list(iterator) == list(generator) == [2, 3, 4]
        assert items == list(range(rounds))

    in_threads(threads, run)
    assert box.n == rounds * threads


@litmus()
def loops_around_blocks_are_restored(rounds, threads):
    """A block in the middle of expressions and loops: the values on the way are there after a restart."""
    box = Box(n=0)

    def bump(amount):
        with atomic:
            box.n += amount
            return amount

    def run(number):
        total = 0
        for i in range(rounds):
            total += 1 + bump(1) * 2 + (lambda: bump(1))()
            for _ in range(3):
                with atomic:
                    box.n += 1
                    if i % 2:
                        continue
                    break
        return total

    assert in_threads(threads, run) == [4 * rounds] * threads
    assert box.n == threads * sum(5 if i % 2 else 3 for i in range(rounds))


@litmus()
def leaving_by_return_break_continue_commits(rounds, threads):
    box = Box(n=0)

    def leave(how):
        for _ in range(2):
            with atomic:
                box.n += 1
                if how == 0:
                    return
                if how == 1:
                    break
                continue

    def run(number):
        for i in range(rounds):
            leave(i % 3)

    in_threads(threads, run)
    assert box.n == threads * sum((1, 1, 2)[i % 3] for i in range(rounds))


class Undoable:
    """One of each kind of object, each changed and, if all is well, changed back."""

    shared = 0

    def __init__(self):
        self.n = 0
        self.removed = 1
        self.items = [3, 1, 2]
        self.table = {"a": 1, "b": 2}
        self.elements = {1, 2}
        self.line = deque([1, 2, 3], 5)
        self.data = bytearray(b"abc")
        self.iterator = iter([1, 2, 3])
        self.counter = iter(range(10))
        self.generator = self.numbers()
        self.lock = threading.Lock()

    def numbers(self):
        n = 0
        while True:
            yield n
            n += 1

    def change(self):
        self.n = 5
        self.fresh = 1
        del self.removed
        self.items.sort()
        self.items += [7, 8]
        self.items[0] = -1
        del self.items[1]
        self.table["c"] = 3
        self.table["a"] = 0
        del self.table["b"]
        self.elements.add(5)
        self.elements.discard(1)
        self.line.append(4)
        self.line.rotate(1)
        self.data[1:2] = b"xyz"
        next(self.iterator)
        next(self.counter)
        next(self.generator)
        type(self).shared += 1
        type(self).new = 1
        self.lock.acquire()
        vars(self)["by_dict"] = 1
        self.items, self.table = [], {}

    def state(self):
        return (
            sorted(vars(self)), self.n, self.removed, self.items, list(self.table.items()), self.elements,
            self.line, self.data, type(self).shared, hasattr(type(self), "new"), self.lock.locked(),
            self.iterator.__length_hint__(), self.counter.__length_hint__(), self.generator.gi_frame.f_locals.get("n"),
        )


@litmus(undo=True)
def an_exception_undoes_everything(rounds, threads):
    def run(number):
        class Mine(Undoable):
            pass

        for _ in range(rounds):
            thing = Mine()
            next(thing.generator)
            before, fresh = repr(thing.state()), thing.state()
            try:
                with atomic:
                    thing.change()
                    assert thing.lock.locked() and thing.n == 5 and Mine.shared == 1
                    raise Undo
            except Undo:
                pass
            assert repr(thing.state()) == before, (thing.state(), fresh)
            assert next(thing.generator) == 1 and next(thing.iterator) == 1 and next(thing.counter) == 0

    in_threads(threads, run)


undone_global = 0


@litmus(undo=True)
def globals_and_cells_are_undone_and_locals_are_not(rounds, threads):
    global undone_global
    cell, local = 0, 0

    def inner():
        return cell

    for i in range(rounds):
        local = 0
        try:
            with atomic:
                undone_global = 1
                globals()["undone_fresh"] = 1
                cell = 1
                local = 1
                raise Undo
        except Undo:
            pass
        assert undone_global == 0 and inner() == 0 and "undone_fresh" not in globals()
        assert local == 1, "a local variable says how far the block came"


@litmus()
def the_exception_keeps_what_it_carries(rounds, threads):
    for i in range(rounds):
        try:
            with atomic:
                raise ValueError([i, {"a": i}], Box(n=i))
        except ValueError as error:
            assert error.args[0] == [i, {"a": i}] and error.args[1].n == i
            assert error.__traceback__ is not None and error.__context__ is None


@litmus()
def on_error_commit_keeps_the_changes(rounds, threads):
    box = Box(n=0)

    @atomic(on_error="commit")
    def bump():
        box.n += 1
        raise Undo

    for i in range(rounds):
        try:
            with atomic(on_error="commit"):
                box.n += 1
                raise Undo
        except Undo:
            pass
        raises(Undo, bump)
        assert box.n == 2 * i + 2
    raises(ValueError, lambda: atomic(on_error="maybe"))


@litmus(undo=True)
def an_inner_block_is_undone_alone(rounds, threads):
    box, items = Box(a=0, b=0, shared=0), []

    def run(number):
        mine = Box(a=0, b=0)
        for i in range(rounds):
            with atomic:
                mine.a += 1
                box.shared += 1
                try:
                    with atomic:
                        mine.b += 1
                        mine.a = -1
                        mine.c = 1
                        box.shared += 100
                        raise Undo
                except Undo:
                    pass
                assert mine.a == i + 1 and mine.b == 0 and not hasattr(mine, "c"), vars(mine)
                with atomic:
                    mine.a += 0
            assert mine.a == i + 1

    in_threads(threads, run)
    assert box.shared == rounds * threads and not items


@litmus(undo=True)
def an_inner_commit_is_undone_with_the_outer(rounds, threads):
    box = Box(a=0, b=0, c=0)
    for _ in range(rounds):
        try:
            with atomic:
                box.a = 1
                with atomic:
                    box.b = 1
                    box.a = 2
                try:
                    with atomic(on_error="commit"):
                        box.c = 1
                        raise Undo
                except Undo:
                    pass
                assert (box.a, box.b, box.c) == (2, 1, 1)
                raise Undo
        except Undo:
            pass
        assert (box.a, box.b, box.c) == (0, 0, 0)


@litmus(undo=True)
def deep_nesting_is_undone_level_by_level(rounds, threads):
    box = Box(n=0)

    def level(depth):
        before = box.n
        try:
            with atomic:
                box.n += 1
                if depth:
                    level(depth - 1)
                assert box.n == before + 1
                raise Undo
        except Undo:
            assert box.n == before

    for _ in range(rounds):
        level(10)
    assert box.n == 0


@litmus(undo=True)
def a_generator_is_where_it_was(rounds, threads):
    """A generator that is advanced in a block goes back with it, its local variables and its `finally` included."""
    box = Box(n=0)

    def numbers():
        items, n = [], 0
        try:
            while True:
                items.append(n)
                yield n, tuple(items)
                n += 1
        finally:
            box.ended = True

    def run(number):
        generator = numbers()
        for i in range(min(rounds, 200)):
            try:
                with atomic:
                    next(generator)
                    next(generator)
                    box.n += 1
                    raise Undo
            except Undo:
                pass
            try:
                with atomic:
                    generator.close()
                    raise Undo
            except Undo:
                pass
            with atomic:
                box.n += 1
                n, items = next(generator)
            assert n == i and items == tuple(range(i + 1)), (n, items, i)

    in_threads(threads, run)
    assert not hasattr(box, "ended")


@litmus(undo=True)
def yield_in_a_block_is_an_error(rounds, threads):
    box = Box(n=0)

    def generator():
        with atomic:
            box.n = 1
            yield 1

    def delegating():
        with atomic:
            box.n = 1
            yield from [1]

    async def coroutine():
        with atomic:
            box.n = 1
            await asyncio.sleep(0)

    for _ in range(min(rounds, 100)):
        raises(transaction.TransactionError, next, generator())
        raises(transaction.TransactionError, next, delegating())
        raises(transaction.TransactionError, asyncio.run, coroutine())
        assert box.n == 0 and not transaction.is_atomic()


@litmus()
def decorated_functions_look_like_themselves(rounds, threads):
    class Class:
        @atomic
        def method(self, a, /, b=2, *c, d, **e):
            """Words."""
            return self, a, b, c, d, e, transaction.is_atomic()

        @staticmethod
        @atomic
        def static(a):
            return a

        @classmethod
        @atomic
        def of_class(cls):
            return cls

    thing = Class()
    assert thing.method(1, d=4, f=5) == (thing, 1, 2, (), 4, {"f": 5}, True)
    assert Class.static(3) == thing.static(3) == 3 and thing.of_class() is Class
    assert Class.method.__name__ == "method" and Class.method.__doc__ == "Words."
    assert not transaction.is_atomic()
    raises(TypeError, thing.method)


@litmus()
def is_atomic_says_so(rounds, threads):
    def run(number):
        for _ in range(rounds):
            assert not transaction.is_atomic()
            with atomic:
                assert transaction.is_atomic()
                with atomic:
                    assert transaction.is_atomic()
                assert transaction.is_atomic()
            assert not transaction.is_atomic()

    in_threads(threads, run)
    for function in (transaction.retry, lambda: transaction.on_commit(print), lambda: transaction.on_abort(print)):
        raises(transaction.TransactionError, function)


@litmus()
def many_objects_in_one_block(rounds, threads):
    boxes = [Box(n=0) for _ in range(2000)]

    def run(number):
        for _ in range(max(rounds // 500, 2)):
            with atomic:
                for box in boxes:
                    box.n += 1

    in_threads(threads, run)
    assert {box.n for box in boxes} == {threads * max(rounds // 500, 2)}


@litmus(share=0.1, undo=True)
def collections_in_blocks(rounds, threads):
    """Garbage is collected during blocks, and nothing that undo needs is freed."""
    box, keep = Box(n=0, items=[]), []

    def run(number):
        for i in range(rounds):
            with atomic:
                box.items = [[j] * 10 for j in range(50)]
                junk = [{"a": [k]} for k in range(50)]
                box.n += 1
                assert len(junk) == 50
            try:
                with atomic:
                    box.items = None
                    junk = [[k] for k in range(200)]
                    raise Undo
            except Undo:
                pass
            assert box.items[7] == [7] * 10

    in_threads(threads, run)
    assert box.n == rounds * threads and not keep


@litmus(undo=True)
def class_attributes_of_an_open_block_are_its_own(rounds, threads):
    """Caches serve all threads: what a block finds in a class that it has changed, or in a new subclass, is not for them."""

    class Base:
        a = b = 0

    class Sub(Base):
        pass

    thing = Sub()

    def look():
        assert thing.a % 2 == Sub.a % 2 == Base.a % 2 == 0, "an open block's value"
        with atomic:
            assert thing.a == Sub.a == Base.a == thing.b, "half of a block"

    def run(number):
        for i in range(rounds):
            try:
                with atomic:
                    Base.a += 1

                    class Inner(Base):
                        pass

                    assert Inner.a == Inner().a == thing.a == Sub.a == Base.b + 1
                    Base.a += 1
                    Base.b += 2
                    assert Inner.a == Inner().a == thing.a == Sub.a == Base.b
                    if i % 2:
                        raise Undo(Inner)
            except Undo as undo:
                inner = undo.args[0]
                with atomic:
                    assert inner.a == inner().a == thing.a == thing.b
            look()
            # Changing a class takes longer with every subclass that has not been collected yet.
            if i % 256 == 255:
                gc.collect()

    in_threads(threads, run)
    assert Base.a == Base.b == 2 * threads * ((rounds + 1) // 2)
