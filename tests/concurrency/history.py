#!/usr/bin/env python3
"""Runs random transactions on shared objects on several threads, and checks what each of them saw. See README.md."""

import argparse
import os
import random
import sys
import types
from functools import partial
from time import perf_counter, perf_counter_ns, sleep

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from _litmus import HAS_TRANSACTIONS, Undo, in_threads, transaction  # noqa: E402
from history_checker import Transaction, Violation, check  # noqa: E402

# Times count from here, so that values made of them stay small.
EPOCH = perf_counter_ns()

# Several cells in each object, so that there are conflicts on the same cell and on the same object.
PLACES = (
    [f"box.{name}" for name in "ab"] + [f"slotted.{name}" for name in "ab"] + [f"Class.{name}" for name in "ab"]
    + [f"items[{i}]" for i in range(3)] + [f"table[{key!r}]" for key in "ab"] + ["box.inner.a", "first", "second"]
)


class World:
    """The shared objects. `read[i]()` and `write[i](value)` are compiled code for the place `PLACES[i]`."""

    def __init__(self, places, block):
        slotted = type("Slotted", (), {"__slots__": ("a", "b")})()
        box = types.SimpleNamespace(inner=types.SimpleNamespace())
        self.names = places
        self.block = block
        self.space = {"box": box, "slotted": slotted, "Class": type("Class", (), {}), "items": [0] * 3, "table": {}}
        self.read, self.write = [], []
        for number, name in enumerate(self.names):
            code = f"def read(): return {name}\ndef write(value):\n    global first, second\n    {name} = value\n"
            exec(code, self.space)
            self.read.append(self.space["read"])
            self.write.append(self.space["write"])
            self.write[number](-1 - number)

    def state(self):
        return {cell: self.read[cell]() for cell in range(len(self.names))}


def make_script(choose, cells, length, deepest):
    """A list of what a transaction does: `(what, cell)`, or `(what, script)` for a block in it, `deepest` levels of these."""
    script = []
    for _ in range(choose.randint(1, length)):
        what = choose.choices(("read", "write", "pause", "close", "undo"), (50, 40, 4, 3, 3 * HAS_TRANSACTIONS))[0]
        if what in ("close", "undo"):
            if deepest:
                script.append((what, make_script(choose, cells, max(length // 2, 1), deepest - 1)))
        else:
            script.append((what, choose.randrange(cells)))
    return script


def perform(world, script, trace, unique, note):
    """Does what the script says, in a block. Returns the trace with the steps added, and the next unique value.

    `note(trace)` arranges that the trace is kept if the attempt is undone. Everything is kept in local variables and
    tuples: lists that are older than an inner block would lose their entries with it.
    """
    for what, operand in script:
        if what == "pause":
            for _ in range(operand * 10):
                pass
        elif what in ("close", "undo"):
            trace += (("open",),)
            try:
                with world.block:
                    trace, unique = perform(world, operand, trace, unique, note)
                    if what == "undo":
                        raise Undo
            except Undo:
                pass
            trace += ((what,),)
        else:
            trace += (("read", operand, world.read[operand]()),)
            note(trace)
            if what == "write":
                world.write[operand](unique)
                trace += (("write", operand, unique),)
                unique += 1
    return trace, unique


def run_thread(number, world, count, shape, seed, opaque, committed, undone):
    """One thread's transactions. `committed` gets (begin, end, steps), `undone` (begin, steps), growing, of attempts."""
    choose, kept, (length, deepest) = random.Random(seed * 1000 + number), undone.append, shape

    def attempt(script):
        # The clock is not part of any transaction, so that attempts differ and write different values.
        begin = perf_counter_ns()

        def note(trace):
            transaction.on_abort(partial(kept, (begin, trace)))

        return begin, perform(world, script, (), ((begin - EPOCH) * 64 + number) * 64, note if opaque else lambda trace: None)[0]

    attempt_as_function = transaction.atomic(attempt)
    for i in range(count):
        script = make_script(choose, len(world.names), length, deepest)
        if i % 10 == 0:
            cell = choose.randrange(len(world.names))
            begin = perf_counter_ns()
            steps = (("read", cell, world.read[cell]()),)  # a single instruction is a transaction, too
        elif i % 3 == 0 and opaque:
            begin, steps = attempt_as_function(script)
        else:
            give_up = i % 11 == 5 and HAS_TRANSACTIONS
            try:
                with world.block:
                    begin, steps = attempt(script)
                    if give_up:
                        raise Undo
            except Undo:
                # Undone by us; what it saw counts, and what it wrote must never show.
                undone.append((begin, steps))
                continue
        committed.append((begin, perf_counter_ns(), steps))


def history(world, threads, count, shape, seed, opaque):
    """Runs the threads and returns all transactions."""
    committed, undone = ([[] for _ in range(threads)] for _ in range(2))
    in_threads(threads, lambda n: run_thread(n, world, count, shape, seed, opaque, committed[n], undone[n]))
    transactions = []
    for number in range(threads):
        for i, (begin, end, steps) in enumerate(committed[number]):
            transactions.append(Transaction(f"thread {number} #{i}", begin, end, steps, True))
        longest = {}
        for begin, steps in undone[number]:
            longest[begin] = max(longest.get(begin, ()), steps, key=len)
        done = {begin for begin, _, _ in committed[number]}
        for begin, steps in longest.items():
            if begin not in done:
                transactions.append(Transaction(f"thread {number} at {begin}", begin, None, steps, False))
    return transactions


class Broken:
    """A block that protects nothing, for testing the checker."""

    def __enter__(self):
        sleep(0)

    def __exit__(self, *exception):
        sleep(0)


def self_test():
    """Histories that are right, and histories that each break one rule."""

    def one(name, begin, end, *steps, committed=True):
        return Transaction(name, begin, end, steps, committed)

    def read(cell, value):
        return "read", cell, value

    def write(cell, value):
        return "write", cell, value

    start = {"x": 0, "y": 10}
    first = one("first", 0, 5, read("x", 0), write("x", 1), read("y", 10), write("y", 11))
    right = [first, one("late", 6, 7, read("x", 1), read("y", 11)), one("early", 1, 9, read("y", 10), read("x", 0))]
    check(start, right, {"x": 1, "y": 11})
    nested = one("nested", 0, 1, read("x", 0), ("open",), write("x", 2), read("x", 2), ("undo",), read("x", 0), write("x", 3),
                 ("open",), write("x", 4), ("close",), read("x", 4))
    check(start, [nested], {"x": 4, "y": 10})
    end = {"x": 1, "y": 11}
    wrong = {
        "lost update": ([first, one("b", 0, 5, read("x", 0), write("x", 2))], end),
        "not serializable": ([first, one("torn", 1, 9, read("x", 1), read("y", 10))], end),
        "not serializable ": ([first, one("stale", 6, 7, read("x", 0))], end),
        "not opaque": ([first, one("zombie", 1, None, read("x", 1), read("y", 10), committed=False)], end),
        "not opaque ": ([first, one("zombie", 6, None, read("x", 0), committed=False)], end),
        "no committed": ([one("dirty", 0, 1, read("x", 0), write("x", 5), committed=False), one("r", 0, 1, read("x", 5))], start),
        "no committed ": ([one("w", 0, 1, read("x", 0), write("x", 5), write("x", 6)), one("r", 0, 1, read("x", 5))], {"x": 6, "y": 10}),
        "as before": ([one("r", 0, 1, read("x", 0), read("x", 1)), first], end),
        "as before ": ([one("w", 0, 1, read("x", 0), write("x", 1), read("x", 0))], {"x": 1, "y": 10}),
        "as before  ": ([one("u", 0, 1, read("x", 0), ("open",), write("x", 1), ("undo",), read("x", 1))], start),
        "ends as": ([first], start),
        "not serializable  ": ([  # write skew
            one("a", 0, 9, read("x", 0), read("y", 10), write("x", 1)),
            one("b", 0, 9, read("x", 0), read("y", 10), write("y", 11))], end),
    }
    for message, (transactions, final) in wrong.items():
        try:
            check(start, transactions, final)
        except Violation as violation:
            assert message.strip() in str(violation), (message, violation)
        else:
            raise AssertionError(f"not found: {message}")
    print(f"the checker finds all of {len(wrong)} wrong histories")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transactions", type=int, default=20_000, help="how many in all (20000)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cells", type=int, default=6, help="how many places they share (6)")
    parser.add_argument("--without", default="", metavar="A,B", help="leave out places whose name begins so")
    parser.add_argument("--length", type=int, default=8, help="how many steps a transaction has at most (8)")
    parser.add_argument("--nested", type=int, default=3, help="how deep blocks are in blocks at most (3)")
    parser.add_argument("--batch", type=int, default=4000, help="transactions that are checked together (4000)")
    parser.add_argument("--seed", type=int, default=None, help="makes the transactions, not the threads, repeat")
    parser.add_argument("--broken", action="store_true", help="run without blocks: the checker must find that")
    parser.add_argument("--self-test", action="store_true", help="check the checker on histories made by hand")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    if arguments.self_test:
        self_test()
        return
    sys.setswitchinterval(1e-5)
    seed = arguments.seed if arguments.seed is not None else random.randrange(1 << 30)
    random.seed(seed)
    block = Broken() if arguments.broken else transaction.atomic
    left_out = tuple(filter(None, arguments.without.split(",")))
    places = [place for place in PLACES if not place.startswith(left_out)]
    ran = undone = 0
    start = perf_counter()
    while ran < arguments.transactions:
        world = World(random.sample(places, min(arguments.cells, len(places))), block)
        initial = world.state()
        count = arguments.batch // arguments.threads
        shape = arguments.length, arguments.nested
        transactions = history(world, arguments.threads, count, shape, seed + ran, not arguments.broken)
        ran += count * arguments.threads
        undone += sum(not transaction.committed for transaction in transactions)
        try:
            check(initial, transactions, world.state())
        except Violation as violation:
            if arguments.broken:
                print(f"found, as it should be: {str(violation).splitlines()[0]}")
                return
            places = ", ".join(f"{i} = {name}" for i, name in enumerate(world.names))
            sys.exit(f"VIOLATION (seed {seed}, after {ran} transactions; {places})\n{violation}")
    if arguments.broken:
        sys.exit("the checker found nothing wrong without blocks")
    print(f"{ran} transactions, {undone} undone attempts, 0 violations, {perf_counter() - start:.1f} s (seed {seed})")


if __name__ == "__main__":
    main()
