"""What the programs of this folder share: threads, the command line, and `transaction` on every interpreter."""

import argparse
import os
import sys
import threading
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from time import perf_counter

try:
    import transaction
except ImportError:
    shim = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shim")
    sys.path.append(shim)
    # Also where there are some of the natives, but not those of blocks.
    spec = PathFinder.find_spec("_transaction", [shim])
    sys.modules["_transaction"] = module_from_spec(spec)
    spec.loader.exec_module(sys.modules["_transaction"])
    import transaction  # noqa: F401

    if os.environ.get("BENCH_LOCK"):
        # What such a program would have instead of blocks.
        transaction.atomic = threading.Lock()


def in_threads(threads, function, *args):
    """Calls `function(number, *args)` on that many threads, also if it is one. Returns the values in order.

    If a call raises, so does this one, once all have ended.
    """
    values, errors = [None] * threads, []

    def call(number):
        try:
            values[number] = function(number, *args)
        except BaseException as error:
            errors.append(error)

    workers = [threading.Thread(target=call, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]
    return values


def share(total, threads, number):
    """The part of `range(total)` that a thread gets; the parts are equal and in order."""
    return range(total * number // threads, total * (number + 1) // threads)


class Random:
    """Random numbers that are the same on every interpreter, and cheap."""

    def __init__(self, seed):
        self.state = (seed + 1) * 2654435761 % 4294967296

    def below(self, limit):
        """A whole number from 0 to limit - 1; the limit is below 2**20."""
        self.state = (self.state * 1664525 + 1013904223) % 4294967296
        return (self.state >> 12) * limit >> 20


def main():
    """Runs the program that was started: `prepare(threads, size)`, then `run` on the clock, then `check`."""
    program = sys.modules["__main__"]
    name = os.path.basename(program.__file__).removesuffix(".py")
    parser = argparse.ArgumentParser(description=program.__doc__)
    parser.add_argument("--threads", type=int, default=2, help="threads that share the work (2)")
    parser.add_argument("--size", type=int, default=program.SIZE, help=f"how much there is to do ({program.SIZE})")
    arguments = parser.parse_args()
    state = program.prepare(arguments.threads, arguments.size)
    start = perf_counter()
    program.run(arguments.threads, state)
    seconds = perf_counter() - start
    program.check(state)
    print(f"{name} threads={arguments.threads} size={arguments.size} seconds={seconds:.6f}")
