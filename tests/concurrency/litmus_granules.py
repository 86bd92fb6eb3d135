"""Dicts and globals that threads contend for: conflicts are about single keys, and nothing else shows."""

import pickle
import threading

from _litmus import Undo, in_threads, litmus, raises, transaction, undisturbed, watch

atomic = transaction.atomic


def divide(table):
    """Has threads take the dict from each other until each value has a granule of its own."""

    def store(key):
        table[key] = table[key]

    for key in [*table][:1] * 6 + [*table]:
        in_threads(1, lambda number: store(key))
    return table


first = second = third = fourth = 0


@litmus(undo=True)
def different_globals(rounds, threads):
    def work(number, times):
        global first, second, third, fourth
        if number % 4 == 0:
            for _ in range(times):
                first += 1
        elif number % 4 == 1:
            for _ in range(times):
                second += 1
        elif number % 4 == 2:
            for _ in range(times):
                third += 1
        else:
            for _ in range(times):
                fourth += 1

    undisturbed(rounds, min(threads, 4), work)


@litmus(undo=True)
def different_keys(rounds, threads):
    table = {(number, key): 0 for key in range(4) for number in range(threads)}

    def work(number, times):
        for i in range(times):
            table[number, i % 4] += 1

    undisturbed(rounds, threads, work)
    assert len(set(table.values())) == 1 and len(table) == 4 * threads


@litmus(undo=True)
def different_keys_in_blocks(rounds, threads):
    table = {number: 0 for number in range(threads)}

    def work(number, times):
        for _ in range(times):
            with atomic:
                table[number] += 1

    undisturbed(rounds, threads, work)
    assert len(set(table.values())) == 1


@litmus(undo=True)
def keys_and_length_do_not_meet_values(rounds, threads):
    """Who asks for keys alone does not disturb those who write values."""
    table = {number: 0 for number in range(threads)}

    def work(number, times):
        for i in range(times):
            if number:
                table[number] = i
            else:
                assert len(table) == threads and 1 in table and -1 not in table
                assert [*table] == list(table) == sorted(table) == list(range(threads))

    undisturbed(rounds // 10, max(threads, 2), work)


@litmus()
def no_update_is_lost(rounds, threads):
    """Also where keys are shared, some in blocks and some not."""
    table = divide({"all": 0, "blocks": 0, **dict.fromkeys(range(threads), 0)})

    def run(number):
        for i in range(rounds):
            table["all"] += 1
            table[number] += 2
            with atomic:
                table["blocks"] = table["blocks"] + 1
                table[(number + 1) % threads] -= 1

    in_threads(threads, run)
    assert table == {"all": rounds * threads, "blocks": rounds * threads, **dict.fromkeys(range(threads), rounds)}


@litmus(undo=True)
def undone_stores(rounds, threads):
    """Undoing puts back what was there: overwritten, inserted and deleted keys."""
    table = divide({"kept": 0, "deleted": 1, "moved": 2})

    def run(number):
        for i in range(rounds):
            try:
                with atomic:
                    table["kept"] = -1
                    table[number, i] = -1
                    del table["deleted"]
                    table["moved"] = table.pop("moved")
                    table["deleted"] = -1
                    table[number, i] = -2
                    if i % 3 == 0:
                        table.clear()
                        table["kept"] = -3
                    raise Undo
            except Undo:
                pass
            assert table["kept"] == 0 and table["deleted"] == 1 and (number, i) not in table

    in_threads(threads, run)
    assert list(table.items()) == [("kept", 0), ("deleted", 1), ("moved", 2)]


@litmus(undo=True)
def undone_divisions(rounds, threads):
    """A block in which a value moves into a granule can be undone."""

    def run(number):
        for _ in range(rounds):
            try:
                with atomic:
                    table["n"] += 1
                    table["m"] += 1
                    raise Undo
            except Undo:
                pass
            with atomic:
                table["n"] += 1

    for _ in range(20):
        table = {"n": 0, "m": 7}
        rounds = max(rounds // 20, 20)
        in_threads(threads, run)
        assert table == {"n": rounds * threads, "m": 7}


def snapshots(table):
    """Everything that copies a dict in one instruction."""
    yield dict(table)
    yield table.copy()
    yield table | {}
    yield {**table}
    yield {} | table
    yield dict(list(table.items()))
    yield dict(zip(tuple(table), list(table.values())))
    yield dict(sorted(table.items()))
    fresh = {}
    fresh.update(table)
    yield fresh
    fresh = {"x": 0}
    fresh |= table
    del fresh["x"]
    yield fresh
    yield pickle.loads(pickle.dumps(table))


@litmus(share=0.3)
def copies_are_whole(rounds, threads):
    """A copy sees all of another thread's block or nothing of it."""
    table = divide(dict.fromkeys(range(10), 100))

    def write(i):
        with atomic:
            table[i % 10] -= i
            table[i * 7 % 10] += i

    def look():
        for copy in snapshots(table):
            assert sum(copy.values()) == 1000 and len(copy) == 10, copy
        assert table == table and not table != table

    watch(rounds, threads, write, look)


@litmus(share=0.3)
def updates_are_whole(rounds, threads):
    """`update` writes all keys at once, while others do so too."""
    table = divide(dict.fromkeys("abcdef", 0))

    def run(number):
        for i in range(rounds):
            if i % 2:
                table.update(dict.fromkeys("fedcba"[number % 2 :: 1], (number, i)))
            else:
                table.update(dict.fromkeys("abcdef", (number, i)))
            for copy in (dict(table), table.copy(), {**table}):
                assert len({copy[key] for key in "abcde"}) == 1, copy

    in_threads(threads, run)


@litmus()
def keys_die_while_others_hold_them(rounds, threads):
    """A key is deleted, popped or inserted anew while a block has written its value."""
    table = divide({"a": 0, "b": 0})

    def run(number):
        for i in range(rounds):
            match (i + number) % 4:
                case 0:
                    with atomic:
                        if "a" in table:
                            table["a"] += 1
                            table["b"] = table["a"]
                case 1:
                    table.pop("a", None)
                case 2:
                    with atomic:
                        if "a" in table:
                            del table["a"]
                        table["a"] = table["b"]
                case 3:
                    table.setdefault("a", table["b"])
            assert set(table) <= {"a", "b"}

    in_threads(threads, run)
    assert table["b"] >= 0


@litmus()
def tables_grow_and_shrink_around_granules(rounds, threads):
    """Values of old keys are written while new keys come and go."""
    table = divide(dict.fromkeys(range(threads), 0))

    def run(number):
        for i in range(rounds):
            table[number] += 1
            table[number, i] = table[number]
            table[number] += 1
            table[number, i] += 1
            if i % 5 == 4:
                for j in range(i - 4, i + 1):
                    assert table.pop((number, j)) == 2 * j + 2
            if i % 100 == 99:
                with atomic:
                    items = dict(table)
                    table.clear()
                    table.update(items)

    in_threads(threads, run)
    assert [table[number] for number in range(threads)] == [2 * rounds] * threads


@litmus(share=0.2)
def iterators_go_on(rounds, threads):
    """Values change under iterators, which give each key once."""
    table = divide({key: (key, 0) for key in range(20)})

    def write(i):
        for key in range(20):
            table[key] = key, i

    def look():
        assert [key for key in table] == list(range(20))
        assert [value[0] for value in table.values()] == list(range(20))
        assert all(key == value[0] for key, value in table.items())
        assert [key for key, _ in reversed(table.items())] == list(range(20))[::-1]

    watch(rounds, threads, write, look)


@litmus(undo=True)
def waiting_for_a_key(rounds, threads):
    """`retry` waits for the keys that it has read."""
    table = divide({"turn": 0, "other": 0})

    def run(number):
        for i in range(max(rounds // 10, 5)):
            with atomic:
                transaction.check(table["turn"] % threads == number)
                table["turn"] += 1
            table["other"] += 1

    in_threads(threads, run)
    assert table["turn"] == table["other"] == threads * max(rounds // 10, 5)


@litmus()
def namespaces_of_modules(rounds, threads):
    """Globals that are written, deleted and read through caches of instructions."""
    space = {"n": 0, "threading": threading}
    code = """
def up():
    global n
    n += 1
def down():
    global n
    n = n - 1
def swap(name):
    globals()[name] = 5
    def use():
        return n, len(name)
    assert use()[1] == len(name)
    del globals()[name]
"""
    exec(code, space)
    up, down, swap = space["up"], space["down"], space["swap"]

    def run(number):
        for i in range(rounds):
            up()
            with atomic:
                down()
                up()
            if i % 50 == 0:
                swap(f"name{number}")

    in_threads(threads, run)
    assert space["n"] == rounds * threads
    raises(KeyError, lambda: space["name0"])
