"""Single instructions and single operations of built-in types: atomic and isolated without any block."""

import itertools
import threading
from array import array
from collections import OrderedDict, deque
from functools import partial

from _litmus import Box, in_threads, litmus, race, watch

ALL = list(range(32))


def count_up(rounds, threads, step, total):
    """All threads do `step(rounds)`; `total()` must then be the sum."""
    in_threads(threads, lambda number: step(rounds))
    assert total() == rounds * threads, f"{rounds * threads - total()} updates lost"


@litmus()
def lost_update_attribute(rounds, threads):
    box = Box(n=0)

    def step(rounds):
        for _ in range(rounds):
            box.n += 1

    count_up(rounds, threads, step, lambda: box.n)


@litmus()
def lost_update_slot(rounds, threads):
    class Slotted:
        __slots__ = ("n",)

    box = Slotted()
    box.n = 0

    def step(rounds):
        for _ in range(rounds):
            box.n += 1

    count_up(rounds, threads, step, lambda: box.n)


@litmus()
def lost_update_class_attribute(rounds, threads):
    class Class:
        n = 0

    def step(rounds):
        for _ in range(rounds):
            Class.n += 1

    count_up(rounds, threads, step, lambda: Class.n)


@litmus()
def lost_update_dict_item(rounds, threads):
    items = {"a": 0, 1: 0}

    def step(rounds):
        for _ in range(rounds):
            items["a"] += 1
            items[1] += 2

    count_up(rounds, threads, step, lambda: items["a"])
    assert items[1] == 2 * items["a"]


@litmus()
def lost_update_list_item(rounds, threads):
    items = [5, 0]

    def step(rounds):
        for _ in range(rounds):
            items[1] += 1
            items[-2] += 1

    count_up(rounds, threads, step, lambda: items[1])
    assert items[0] == items[1] + 5


counted = 0


@litmus()
def lost_update_global(rounds, threads):
    global counted
    counted = 0

    def step(rounds):
        global counted
        for _ in range(rounds):
            counted += 1

    count_up(rounds, threads, step, lambda: counted)


@litmus()
def lost_update_closure(rounds, threads):
    n = 0

    def step(rounds):
        nonlocal n
        for _ in range(rounds):
            n += 1

    count_up(rounds, threads, step, lambda: n)


@litmus()
def lost_update_str_and_float(rounds, threads):
    box = Box(text="", real=0.0, big=1 << 80)

    def step(rounds):
        for i in range(rounds):
            if i % 64 == 0:
                box.text += "x"
            box.real += 0.5
            box.big += 1

    in_threads(threads, lambda number: step(rounds))
    assert len(box.text) == threads * -(-rounds // 64)
    assert box.real == 0.5 * rounds * threads
    assert box.big == (1 << 80) + rounds * threads


@litmus()
def lost_update_in_place_list(rounds, threads):
    box = Box(items=[])

    def step(rounds):
        for i in range(rounds):
            box.items += (i,)

    count_up(rounds, threads, step, lambda: len(box.items))


@litmus()
def store_buffering(rounds, threads):
    """Each writes its own, then reads the other's: both cannot miss the other's write."""

    def act(number, box):
        if number % 2:
            box.x = 1
            box.seen_by_odd.append(box.y)
        else:
            box.y = 1
            box.seen_by_even.append(box.x)

    def check(box):
        assert 1 in box.seen_by_odd + box.seen_by_even, "both read the old value"

    race(rounds, threads, lambda: Box(x=0, y=0, seen_by_odd=[], seen_by_even=[]), act, check)


@litmus()
def message_passing(rounds, threads):
    """Who sees the flag sees the data that were written before it."""
    box = Box(data=0, flag=0)

    def write(i):
        box.data = i
        box.flag = i

    def look():
        flag = box.flag
        data = box.data
        assert data >= flag, f"flag {flag}, data {data}"

    watch(rounds, threads, write, look)


@litmus()
def coherence(rounds, threads):
    """A reader never sees a value and then an older one of the same place."""
    box, items, table = Box(n=0), [0], {"n": 0}

    def write(i):
        box.n = items[0] = table["n"] = i

    last = threading.local()

    def look():
        for name, value in (("attribute", box.n), ("list", items[0]), ("dict", table["n"])):
            assert value >= getattr(last, name, 0), f"{name} went back"
            setattr(last, name, value)

    watch(rounds, threads, write, look)


@litmus()
def independent_reads(rounds, threads):
    """Two readers of two places agree on which was written first."""

    def act(number, box):
        match number % 4:
            case 0:
                box.x = 1
            case 1:
                box.y = 1
            case 2:
                box.first = box.x, box.y
            case 3:
                box.second = box.y, box.x

    def check(box):
        assert not (box.first == (1, 0) and box.second == (1, 0)), "the readers disagree"

    race(rounds, max(threads, 4), lambda: Box(x=0, y=0, first=None, second=None), act, check)


@litmus()
def publication_of_fresh_objects(rounds, threads):
    """What is reached through a fresh object that another thread has stored is complete."""
    box = Box(head=None)

    def write(i):
        box.head = Box(value=i, items=[i] * 3, table={"value": i}, inner=Box(value=(i, str(i))))

    def look():
        head = box.head
        if head is not None:
            i = head.value
            assert head.items == [i] * 3 and head.table == {"value": i} and head.inner.value == (i, str(i))

    watch(rounds, threads, write, look)


@litmus()
def new_attributes_of_one_instance(rounds, threads):
    """Threads that add attributes to one object lose none."""

    def act(number, box):
        setattr(box, f"a{number}", number)
        setattr(box, f"b{number}", number)
        delattr(box, f"a{number}")

    def check(box):
        assert vars(box) == {f"b{number}": number for number in range(threads)}, vars(box)

    race(rounds, threads, Box, act, check)


@litmus()
def new_keys_of_one_dict(rounds, threads):
    def act(number, table):
        for i in range(5):
            table[number, i] = i
        del table[number, 0]

    def check(table):
        assert table == {(number, i): i for number in range(threads) for i in range(1, 5)}, table

    race(rounds // 5 + 1, threads, dict, act, check)


@litmus()
def new_globals(rounds, threads):
    codes = [compile(f"g{number} = {number}\nassert g{number} == {number}", "<globals>", "exec") for number in range(threads)]

    def act(number, namespace):
        exec(codes[number], namespace)

    def check(namespace):
        assert all(namespace[f"g{number}"] == number for number in range(threads))

    race(rounds // 5 + 1, threads, dict, act, check)


@litmus()
def setdefault_has_one_winner(rounds, threads):
    def act(number, box):
        box.seen.append(box.table.setdefault("key", object()))

    def check(box):
        assert len(set(map(id, box.seen))) == 1 and len(box.seen) == threads

    race(rounds, threads, lambda: Box(table={}, seen=[]), act, check)


@litmus()
def pop_has_one_winner(rounds, threads):
    def act(number, box):
        if box.table.pop("key", None):
            box.won.append(number)
        try:
            box.items.pop()
        except IndexError:
            return
        box.won.append(number)

    def check(box):
        assert len(box.won) == 2 and not box.table and not box.items, box.won

    race(rounds, threads, lambda: Box(table={"key": 1}, items=[1], won=[]), act, check)


@litmus()
def torn_dict_update(rounds, threads):
    table = dict.fromkeys("abcdefgh", 0)

    def write(i):
        table.update(dict.fromkeys("abcdefgh", i))

    def look():
        for copy in (list(table.values()), list(dict(table).values()), [v for _, v in list(table.items())], [*table.copy().values()]):
            assert len(copy) == 8 and len(set(copy)) == 1, copy

    watch(rounds, threads, write, look)


@litmus()
def torn_dict_clear(rounds, threads):
    """A dict that is cleared and refilled is seen full or empty."""
    table, full = {}, {letter: letter for letter in "abcdefghijklmnop"}

    def write(i):
        table.update(full)
        table.clear()

    def look():
        copy = dict(table)
        assert copy == full or not copy, copy
        assert len(table) in (0, len(full))
        assert repr(table) in ("{}", repr(full))

    watch(rounds, threads, write, look)


@litmus()
def torn_set(rounds, threads):
    elements, full = set(), frozenset(range(40))

    def write(i):
        elements.update(full)
        elements.difference_update(full)

    def look():
        for copy in (frozenset(elements), elements | set(), elements & full, set(elements)):
            assert len(copy) in (0, 40), copy
        assert len(elements) in (0, 40)

    watch(rounds, threads, write, look)


@litmus()
def torn_list_slice(rounds, threads):
    items = [0] * 16

    def write(i):
        items[:] = [i] * (1 + i % 16)

    def look():
        for copy in (list(items), tuple(items), items[:], items + [], items * 1, [*items]):
            assert copy and len(set(copy)) == 1, copy
        assert max(items) >= 0

    watch(rounds, threads, write, look)


@litmus()
def torn_extend(rounds, threads):
    """Each extend comes out in one piece."""
    items = []

    def run(number):
        for _ in range(rounds // 4 + 1):
            items.extend([number] * 4)

    in_threads(threads, run)
    assert all(len(set(items[i:i + 4])) == 1 for i in range(0, len(items), 4))
    assert len(items) == 4 * threads * (rounds // 4 + 1)


@litmus()
def append_keeps_each_threads_order(rounds, threads):
    items, line = [], deque()

    def run(number):
        for i in range(rounds):
            items.append((number, i))
            line.append((number, i))

    in_threads(threads, run)
    for found in (items, list(line)):
        assert len(found) == rounds * threads
        for number in range(threads):
            mine = [i for thread, i in found if thread == number]
            assert mine == list(range(rounds)), "an element was lost or moved"


@litmus(share=0.2)
def sort_never_shows_an_empty_list(rounds, threads):
    items = ALL[:]

    def write(i):
        items.sort(reverse=i % 2 == 0)
        items.reverse()

    def look():
        assert len(items) == len(ALL)
        assert items, "the list seems empty"
        assert sorted(items) == ALL
        assert items[0] in (0, len(ALL) - 1)

    watch(rounds, threads, write, look)


@litmus()
def insert_and_pop_show_no_intermediate_state(rounds, threads):
    """Elements neither double nor vanish while others move."""
    items = ALL[:]

    def write(i):
        where = i % len(ALL)
        items.insert(where, -1)
        del items[where]
        items.insert(where, -1)
        assert items.pop(where) == -1

    def look():
        copy = items[:]
        if -1 in copy:
            copy.remove(-1)
        assert copy == ALL, copy

    watch(rounds, threads, write, look)


@litmus()
def reverse_and_rotate_keep_all(rounds, threads):
    items, line = ALL[:], deque(ALL)

    def write(i):
        items.reverse()
        line.rotate(i % 5)

    def look():
        copy = list(items)
        assert copy == ALL or copy == ALL[::-1], copy
        copy = list(line.copy())
        assert copy == ALL[copy[0]:] or sorted(copy) == ALL, copy
        first = copy[0]
        assert copy == ALL[first:] + ALL[:first], copy

    watch(rounds, threads, write, look)


@litmus()
def bytearray_is_whole(rounds, threads):
    data = bytearray(b"\0" * 64)

    def write(i):
        data[:] = bytes([i % 256]) * (1 + i % 64)

    def look():
        copy = bytes(data)
        assert copy and len(set(copy)) == 1, copy

    watch(rounds, threads, write, look)


def shared_iterator(rounds, threads, iterator, expected):
    """All threads take from one iterator; together they must get everything once."""

    def run(number):
        taken = []
        for item in iterator:
            taken.append(item)
        return taken

    taken = [item for part in in_threads(threads, run) for item in part]
    assert len(taken) == len(expected), f"{len(taken)} of {len(expected)}"
    assert sorted(taken) == expected, "skipped or repeated"


@litmus()
def list_iterator_is_shared(rounds, threads):
    shared_iterator(rounds, threads, iter(list(range(rounds))), list(range(rounds)))


@litmus()
def range_iterator_is_shared(rounds, threads):
    shared_iterator(rounds, threads, iter(range(rounds)), list(range(rounds)))


@litmus()
def dict_iterator_is_shared(rounds, threads):
    shared_iterator(rounds, threads, iter(dict.fromkeys(range(rounds))), list(range(rounds)))
    shared_iterator(rounds, threads, iter(dict.fromkeys(range(rounds), 1).items()), [(i, 1) for i in range(rounds)])


@litmus()
def set_and_deque_iterators_are_shared(rounds, threads):
    shared_iterator(rounds, threads, iter(set(range(rounds))), list(range(rounds)))
    shared_iterator(rounds, threads, iter(deque(range(rounds))), list(range(rounds)))
    shared_iterator(rounds, threads, reversed(range(rounds)), list(range(rounds)))


@litmus()
def enumerate_is_shared(rounds, threads):
    shared_iterator(rounds, threads, enumerate(range(rounds)), [(i, i) for i in range(rounds)])


@litmus()
def zip_is_shared(rounds, threads):
    shared_iterator(rounds, threads, zip(range(rounds), range(rounds)), [(i, i) for i in range(rounds)])


@litmus()
def native_map_and_islice_are_shared(rounds, threads):
    shared_iterator(rounds, threads, map(abs, range(-rounds + 1, 1)), list(range(rounds)))
    shared_iterator(rounds, threads, itertools.islice(itertools.count(), rounds), list(range(rounds)))
    shared_iterator(rounds, threads, itertools.chain(range(rounds), range(rounds, rounds + 7)), list(range(rounds + 7)))


@litmus()
def itertools_count_is_shared(rounds, threads):
    counter = itertools.count()
    taken = in_threads(threads, lambda number: [next(counter) for _ in range(rounds)])
    assert sorted(itertools.chain(*taken)) == list(range(rounds * threads))


@litmus()
def one_generator_for_many_threads(rounds, threads):
    """`ValueError: generator already executing` at worst; nothing is skipped or repeated."""

    def numbers():
        for i in range(rounds):
            yield i

    generator = numbers()

    def run(number):
        taken = []
        while True:
            try:
                taken.append(next(generator))
            except StopIteration:
                return taken
            except ValueError as error:
                assert "already executing" in str(error), error

    taken = [item for part in in_threads(threads, run) for item in part]
    assert sorted(taken) == list(range(rounds))


@litmus()
def iterating_over_a_changing_list(rounds, threads):
    """Iteration follows the rule of the language: by index, so what stays in place is seen once."""
    items = list(range(64))

    def write(i):
        items.append(-1)
        items.pop()

    def look():
        seen = [item for item in items if item >= 0]
        assert seen == list(range(64)), seen

    watch(rounds, threads, write, look)


@litmus()
def iterating_over_a_changing_dict(rounds, threads):
    """At worst the RuntimeError that the language has for it."""
    table = dict.fromkeys(range(32), 0)

    def write(i):
        table[-1] = 0
        del table[-1]

    def look():
        try:
            seen = [key for key in table if key >= 0]
        except RuntimeError as error:
            assert "changed" in str(error), error
        else:
            assert seen == list(range(32)), seen

    watch(rounds, threads, write, look)


@litmus()
def ordered_dict_stays_consistent(rounds, threads):
    table = OrderedDict.fromkeys(range(8))

    def run(number):
        for i in range(rounds):
            table.move_to_end((i + number) % 8, last=bool(i % 3))

    in_threads(threads, run)
    assert sorted(table) == list(range(8)) and len(table) == 8


@litmus()
def class_changes_are_seen_whole(rounds, threads):
    """A call finds the old or the new method, with the old or the new attribute."""

    class Class:
        value = 0

        def method(self):
            return 0

    methods = [lambda self, i=i: i for i in range(4)]
    thing = Class()

    def write(i):
        Class.method = methods[i % 4]
        Class.value = i

    last = threading.local()

    def look():
        assert thing.method() in range(4)
        value = thing.value
        assert value >= getattr(last, "value", 0), "a class attribute went back"
        last.value = value

    watch(rounds, threads, write, look)


@litmus(share=0.1)
def base_changes_are_seen_whole(rounds, threads):
    class A:
        name = "a"

    class B:
        name = "b"

    class Child(A):
        pass

    class Base2(B):
        pass

    thing = Child()

    def write(i):
        Child.__bases__ = (Base2,) if i % 2 else (A,)

    def look():
        assert thing.name in ("a", "b")
        assert Child.__mro__[1] in (A, Base2)

    watch(rounds, threads, write, look)


@litmus()
def instance_dict_and_attributes_agree(rounds, threads):
    """`vars(x)` is a view: a copy is taken in one piece."""
    box = Box(a=0, b=0)

    def write(i):
        vars(box).update(a=i, b=i)

    def look():
        copy = dict(vars(box))
        assert copy["a"] == copy["b"], copy

    watch(rounds, threads, write, look)


@litmus()
def comparisons_and_repr_are_whole(rounds, threads):
    items, table = [1, 2, 3], {1: 2}

    def write(i):
        items[:] = [4, 5, 6, 7] if i % 2 else [1, 2, 3]
        table.clear()

    def look():
        assert repr(items) in ("[1, 2, 3]", "[4, 5, 6, 7]")
        assert items == items
        assert sum(items) in (6, 22)
        assert ",".join(map(str, list(items))) in ("1,2,3", "4,5,6,7")

    watch(rounds, threads, write, look)


# Two threads each add a long iterable and the other's collection to their own: in any order one of them finds the other's
# empty and the other one's whole. Each needs what the other one has begun to write.
LONG = list(range(20000))


def crossing(rounds, make, add, size=len):
    def act(number, pair):
        if number < 2:
            add(number, pair[number], pair[1 - number])

    def check(pair):
        sizes = sorted(map(size, pair))
        assert sizes == [len(LONG), 2 * len(LONG)], sizes

    race(max(rounds // 10, 10), 2, lambda: (make(), make()), act, check)


def extend(number, ours, theirs):
    ours.extend(itertools.chain(itertools.repeat(1, len(LONG)), theirs))


@litmus()
def crossing_list_extend(rounds, threads):
    crossing(rounds, list, extend)


@litmus()
def crossing_iadd(rounds, threads):
    def add(number, ours, theirs):
        ours.items += itertools.chain(LONG, theirs.items)

    crossing(rounds, lambda: Box(items=[]), add, lambda box: len(box.items))


@litmus()
def crossing_slice_assignment(rounds, threads):
    def add(number, ours, theirs):
        ours[:] = itertools.chain(LONG, theirs)

    crossing(rounds, list, add)


@litmus()
def crossing_deque_extend(rounds, threads):
    crossing(rounds, deque, extend)


@litmus()
def crossing_array_extend(rounds, threads):
    crossing(rounds, lambda: array("b"), extend)


@litmus()
def crossing_bytearray_extend(rounds, threads):
    crossing(rounds, bytearray, extend)


@litmus()
def crossing_set_update(rounds, threads):
    keys = LONG, [-1 - n for n in LONG]

    def add(number, ours, theirs):
        ours.update(itertools.chain(keys[number], theirs))

    crossing(rounds, set, add)


@litmus()
def crossing_set_update_of_many(rounds, threads):
    keys = LONG, [-1 - n for n in LONG]

    def add(number, ours, theirs):
        ours.update(keys[number], theirs)

    crossing(rounds, set, add)


@litmus()
def crossing_dict_update(rounds, threads):
    keys = LONG, [-1 - n for n in LONG]

    def add(number, ours, theirs):
        ours.update(itertools.chain(zip(keys[number], LONG), theirs.items()))

    crossing(rounds, dict, add)


@litmus()
def crossing_with_python_code(rounds, threads):
    """What calls Python code is no single operation, in which a block would end, but all of it happens."""

    def add(number, ours, theirs):
        ours.extend(itertools.chain(LONG[:200], (print(end="") for _ in range(2)), map(lambda n: n, LONG[:100])))

    def check(pair):
        assert [len(items) for items in pair] == [302, 302]

    race(rounds, 2, lambda: ([], []), lambda number, pair: add(number, pair[number % 2], None) if number < 2 else None, check)


@litmus()
def sum_in_one_piece(rounds, threads):
    """What only reads, by an iterator that was there before, sees all at one time."""
    first, second = LONG[:], LONG[:]
    total = 2 * sum(LONG)

    def write(i):
        place = i % len(LONG)
        first[place], second[place] = first[place] + 1, second[place] - 1

    def swap(i):
        import transaction

        with transaction.atomic:
            write(i)

    def look():
        assert sum(itertools.chain(first, second)) == total

    watch(rounds, threads, swap, look)


def crossing_steps(rounds, make):
    """Two threads advance iterators over the same two others, each in its own order: these stay in step."""
    count = rounds * 20
    sources = iter(list(range(count))), iter(list(range(count)))

    def run(number):
        ours, theirs = sources if number else sources[::-1]
        return list(make(ours, theirs))

    pairs = [pair for part in in_threads(2, run) for pair in part]
    assert sorted(pairs) == [(i, i) for i in range(count)]


@litmus()
def crossing_zip_in_loops(rounds, threads):
    crossing_steps(rounds, lambda ours, theirs: [pair for pair in zip(ours, theirs)])


@litmus()
def crossing_zip_of_zip_in_loops(rounds, threads):
    crossing_steps(rounds, lambda ours, theirs: [(a, b) for (a, _), (_, b) in zip(zip(ours, itertools.count()), enumerate(theirs))])


@litmus()
def crossing_next_of_zip(rounds, threads):
    crossing_steps(rounds, lambda ours, theirs: iter(partial(next, zip(ours, theirs), None), None))


@litmus()
def crossing_map_in_loops(rounds, threads):
    """The function is Python code: one operation each is what comes before it."""
    crossing_steps(rounds, lambda ours, theirs: [pair for pair in map(lambda *pair: pair, ours, theirs)])


@litmus()
def crossing_zip_longest_in_loops(rounds, threads):
    crossing_steps(rounds, lambda ours, theirs: [pair for pair in itertools.zip_longest(ours, theirs)])
