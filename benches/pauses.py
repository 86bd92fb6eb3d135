"""How long a program stands still while all of a large heap is collected.

    python3 benches/pauses.py --python m1=PYSTM_GC=markers=1:target/release/pystm --python cpython=/opt/peers/peers/python3.14

prints a table: a row for each kind of heap, a column for each interpreter, which may come with a variable of its environment.
The values are the medians over `--rounds` processes, run in turn, of the median of seven calls of gc.collect(), in milliseconds.
"""

import argparse
import gc
import os
import random
import statistics
import subprocess
import sys
import time


class Point:
    def __init__(self, x):
        self.x = x
        self.y = str(x)


def records():
    return [({"a": i, "b": str(i), "c": [i, str(i)]}, Point(i), [Point(i), (i, str(i))]) for i in range(600_000)]


def objects():
    return [Point(i) for i in range(3_000_000)]


def shuffled_objects():
    made = objects()
    random.Random(1).shuffle(made)
    return made


def strs():
    return [str(i) for i in range(6_000_000)]


def dict_of_floats():
    return {str(i): float(i) for i in range(4_000_000)}


def tree(depth=22):
    return (tree(depth - 1), tree(depth - 1)) if depth else None


def chain():
    head = None
    for i in range(5_000_000):
        head = (i, head)
    return head


KINDS = {f.__name__: f for f in (records, objects, shuffled_objects, strs, dict_of_floats, tree, chain)}


def measure(kind):
    """The median pause in milliseconds, in this process."""
    gc.disable()
    heap = KINDS[kind]()
    gc.collect()
    pauses = []
    for _ in range(7):
        begun = time.perf_counter()
        gc.collect()
        pauses.append((time.perf_counter() - begun) * 1e3)
    # Nobody waits for the end of the heap.
    print(statistics.median(pauses), flush=True)
    os._exit(0 if heap is not None else 1)


def run(python, kind):
    *variables, path = python.split(":")
    environment = dict(os.environ, **dict(v.split("=", 1) for v in variables))
    out = subprocess.run([path, __file__, "--measure", kind], env=environment, capture_output=True, text=True, check=True)
    return float(out.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="append", metavar="NAME=[VAR=VALUE:]PATH", default=[])
    parser.add_argument("--only", default=",".join(KINDS), help="kinds of heaps")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", metavar="KIND", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure)
    pythons = dict(p.split("=", 1) for p in options.python)
    print(f"{'heap':18}" + "".join(f"{name:>10}" for name in pythons))
    for kind in options.only.split(","):
        times = {name: [] for name in pythons}
        for _ in range(options.rounds):
            for name, python in pythons.items():
                times[name].append(run(python, kind))
        print(f"{kind:18}" + "".join(f"{statistics.median(t):10.1f}" for t in times.values()), flush=True)


if __name__ == "__main__":
    sys.exit(main())
