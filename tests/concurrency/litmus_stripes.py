"""Dicts and sets whose keys threads contend for: conflicts are about stripes of keys, and nothing else shows."""

import pickle

from _litmus import Undo, in_threads, litmus, raises, transaction, undisturbed

atomic = transaction.atomic

MANY = 500


def divide(table):
    """Has threads insert and remove keys of the dict until its items stand in stripes."""

    def churn(number):
        for i in range(200):
            table["churn", number, i] = i
            with atomic:
                del table["churn", number, i]

    in_threads(2, churn)
    return table


@litmus(undo=True)
def looking_up_does_not_meet_insertions(rounds, threads):
    table = divide({i: i for i in range(MANY)})

    def work(number, times):
        for i in range(times):
            if number:
                assert table[i % MANY] == i % MANY and i % MANY in table and ("none", i % 7) not in table
            elif i % 50 == 0:
                with atomic:
                    table["new", i % 9] = i
                    del table["new", i % 9]

    undisturbed(rounds, max(threads, 2), work)
    assert [*table] == [*range(MANY)]


@litmus()
def no_insertion_is_lost(rounds, threads):
    """Each thread finds what it has inserted, once, and the length agrees."""
    table = divide({i: i for i in range(MANY)})

    def work(number):
        for i in range(rounds):
            assert table.setdefault((number, i), i) == i
            with atomic:
                before = len(table)
                table[number, -1 - i] = i
                assert len(table) == before + 1
            try:
                with atomic:
                    table[number, "undone"] = 1
                    table.pop((number, i))
                    raise Undo
            except Undo:
                pass
            assert table.pop((number, -1 - i)) == i and table.get((number, -1 - i)) is None

    in_threads(threads, work)
    assert len(table) == MANY + rounds * threads
    assert [*table][:MANY] == [*range(MANY)]
    for number in range(threads):
        assert [i for n, i in [*table][MANY:] if n == number] == [*range(rounds)]


@litmus()
def one_thread_inserts_a_key(rounds, threads):
    """`setdefault` gives all the same value, and `pop` gives each to one thread."""
    table = divide({i: i for i in range(MANY)})
    won = [[] for _ in range(threads)]

    def work(number):
        for i in range(rounds):
            first = table.setdefault(("key", i), object())
            assert table.setdefault(("key", i), None) in (first, None)
            if (popped := table.pop(("key", i), None)) is not None:
                won[number].append(popped)

    in_threads(threads, work)
    popped = [id(value) for values in won for value in values]
    assert len(popped) == len({*popped}) and len(table) == MANY + sum(("key", i) in table for i in range(rounds))


@litmus()
def pairs_of_keys_come_and_go_together(rounds, threads):
    table = divide({i: i for i in range(MANY)})

    def work(number):
        for i in range(rounds):
            key = i % 20
            if number % 2:
                with atomic:
                    assert ((key, "a") in table) == ((key, "b") in table)
                    assert table.get((key, "a")) == table.get((key, "b"))
            else:
                with atomic:
                    if (key, "a") in table:
                        del table[key, "a"], table[key, "b"]
                    else:
                        table[key, "a"] = table[key, "b"] = i

    in_threads(max(threads, 2), work)
    assert len(table) % 2 == 0


@litmus()
def what_needs_the_whole_dict(rounds, threads):
    """Operations on all items see each block as a whole, and put the dict together while others insert."""

    def work(number):
        for i in range(30):
            if number % 2:
                with atomic:
                    table["one", number] = 1
                    table["minus", number] = -1
                with atomic:
                    del table["one", number], table["minus", number]
            else:
                copy = table.copy()
                assert sum(copy.values()) == 0 and len(copy) % 2 == 0
                with atomic:
                    assert len([*table]) == len(table) and sum(value for _, value in table.items()) == 0

    for _ in range(max(rounds // 30, 1)):
        table = divide({i: 0 for i in range(MANY)})
        in_threads(max(threads, 2), work)
        assert table == {i: 0 for i in range(MANY)} == pickle.loads(pickle.dumps(table))


@litmus()
def keys_with_methods(rounds, threads):
    """A key whose comparison is Python code is found, inserted and removed like any other."""

    class Key:
        def __init__(self, number):
            self.number = number

        def __hash__(self):
            return hash(self.number)

        def __eq__(self, other):
            return self.number == (other.number if isinstance(other, Key) else other)

    for _ in range(max(rounds // 100, 1)):
        table = divide({i: i for i in range(MANY)})

        def work(number):
            for i in range(threads, MANY - threads):
                assert table[Key(i)] == i
            table[Key(number)] += 1
            assert table.pop(Key(MANY - 1 - number)) == MANY - 1 - number
            raises(KeyError, lambda: table[Key(MANY - 1 - number)])

        in_threads(threads, work)
        assert len(table) == MANY - threads and sum(table[i] for i in range(threads)) == sum(range(threads)) + threads


def divide_set(items):
    """As `divide`, of a set."""

    def churn(number):
        for i in range(200):
            items.add(("churn", number, i))
            with atomic:
                items.remove(("churn", number, i))

    in_threads(2, churn)
    return items


@litmus(undo=True)
def looking_for_items_does_not_meet_others(rounds, threads):
    items = divide_set({*range(MANY)})

    def work(number, times):
        for i in range(times):
            if number:
                assert i % MANY in items and ("none", i % 7) not in items
            elif i % 50 == 0:
                with atomic:
                    items.add(("new", i % 9))
                    items.discard(("new", i % 9))

    undisturbed(rounds, max(threads, 2), work)
    assert items == {*range(MANY)}


@litmus()
def no_item_is_lost(rounds, threads):
    """Items come and go; a set keeps the last hundred of each thread, so that copying it does not grow with the rounds."""
    items = divide_set({*range(MANY)})

    def work(number):
        for i in range(rounds):
            items.add((number, i))
            assert (number, i) in items and len(items) >= MANY
            if i >= 100:
                items.remove((number, i - 100))
            with atomic:
                before = len(items)
                items.add((number, -1 - i))
                assert len(items) == before + 1
            try:
                with atomic:
                    items.add("undone")
                    items.remove((number, i))
                    if i % 50 == number:
                        assert (number, -1 - i) in {*items}
                    raise Undo
            except Undo:
                pass
            items.remove((number, -1 - i))
            raises(KeyError, items.remove, (number, -1 - i))

    in_threads(threads, work)
    left = {(number, i) for number in range(threads) for i in range(max(rounds - 100, 0), rounds)}
    assert items == {*range(MANY)} | left
    assert len(items) == MANY + len(left) == len([*items])


@litmus()
def one_thread_adds_an_item(rounds, threads):
    """Of threads that each look for an item and add it in a block, one finds it missing; the others find it."""
    items = divide_set({*range(MANY)})
    added = [0] * threads

    def work(number):
        for i in range(rounds):
            with atomic:
                if ("item", i) not in items:
                    items.add(("item", i))
                    new = True
                else:
                    new = False
            added[number] += new

    in_threads(threads, work)
    assert sum(added) == rounds and len(items) == MANY + rounds


@litmus(undo=True)
def dividing_and_uniting_in_undone_blocks(rounds, threads):
    """A block that has divided a dict, or put it together, and is undone leaves it as it was."""
    table = {i: i for i in range(MANY)}

    def work(number):
        for i in range(rounds):
            try:
                with atomic:
                    table[number, i] = i
                    del table[number * 10 + i % 10]
                    if i % 4 == number:
                        table.update(more=1)
                        assert [*table][0] in (0, 1)
                    raise Undo
            except Undo:
                pass
            assert table[number * 10] == number * 10

    in_threads(threads, work)
    assert [*table.items()] == [(i, i) for i in range(MANY)]
