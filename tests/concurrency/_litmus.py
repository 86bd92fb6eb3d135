"""What the litmus tests are written with. A test is a function of `rounds` and `threads` that raises if something is wrong."""

import pathlib
import sys
import threading

sys.path.append(str(pathlib.Path(__file__).parent.parent.parent / "benches" / "parallel"))
from _program import Random, in_threads, transaction  # noqa: E402, F401

import _transaction  # noqa: E402

HAS_TRANSACTIONS = not hasattr(_transaction, "IS_SHIM")

# Name to (function, whether it needs an interpreter that undoes blocks, rounds for each round asked for).
TESTS = {}


def litmus(undo=False, share=1.0):
    """Registers a test. `undo`: it needs blocks that are undone; `share`: how many rounds it runs of those asked for."""

    def register(function):
        module = function.__module__.removeprefix("litmus_")
        TESTS[f"{module}.{function.__name__}"] = function, undo, share
        return function

    return register


def race(rounds, threads, make, act, check):
    """Makes an object for each round, lets all threads do `act(number, object)` at about the same time, then checks it."""
    batch = 1000
    for start in range(0, rounds, batch):
        objects = [make() for _ in range(min(batch, rounds - start))]
        barrier = threading.Barrier(threads)

        def run(number):
            barrier.wait()
            for thing in objects:
                act(number, thing)

        in_threads(threads, run)
        for thing in objects:
            check(thing)


def watch(rounds, threads, write, look):
    """Thread 0 does `write(i)` for each round; the others do `look()` until it is through, at least once each."""
    done = []

    def run(number):
        if number == 0:
            try:
                for i in range(rounds):
                    write(i)
            finally:
                done.append(True)
            return
        while True:
            last = bool(done)
            look()
            if last:
                return

    in_threads(max(threads, 2), run)


class Box:
    """An object with attributes as given."""

    def __init__(self, **attributes):
        self.__dict__.update(attributes)


def raises(kind, function, *args):
    """Calls the function, which must raise; returns the exception."""
    try:
        function(*args)
    except kind as error:
        return error
    raise AssertionError(f"{function} did not raise {kind}")


class Undo(Exception):
    """Leaves a block so that it is undone."""


def events():
    """How often threads have waited for each other or undone each other."""
    stats = transaction.stats()
    return stats["steals"] + stats["waits"] + stats["aborted"]


def undisturbed(rounds, threads, work):
    """All threads do `work(number, times)`; that must cost next to no events."""
    times = max(rounds * 20, 20000)
    in_threads(threads, lambda number: work(number, 200))
    before = events()
    in_threads(threads, lambda number: work(number, times))
    assert events() - before < times // 20, f"{events() - before} conflicts in {times} steps"
