"""The load and the check of b_tree.py and skip_list.py, which define `make()` for an empty map."""

import sys

from _program import Random, in_threads, share

KEYS = 8192


class Map:
    """A sorted map from ints to values that are not None: `get`, `put`, `remove`, `items`."""


class Load:
    def __init__(self, structure, threads, operations):
        self.map = structure
        self.threads = threads
        self.operations = operations
        random = Random(5)
        for _ in range(KEYS):
            key = random.below(KEYS)
            structure.put(key, key * 10)
        self.before = dict(structure.items())


def operations(load, number):
    """What a thread does: (what, key). It changes only keys of its own, so that the end is known."""
    random, threads = Random(number + 100), load.threads
    for _ in share(load.operations, threads, number):
        kind, key = random.below(100), random.below(KEYS)
        yield kind, key if kind >= 2 else key // threads * threads + number


def work(number, load):
    structure = load.map
    for kind, key in operations(load, number):
        if kind == 0:
            structure.put(key, key * 10 + 1)
        elif kind == 1:
            structure.remove(key)
        else:
            value = structure.get(key)
            assert value is None or value // 10 == key


def prepare(threads, size):
    return Load(sys.modules["__main__"].make(), threads, size)


def run(threads, load):
    in_threads(threads, work, load)


def check(load):
    expected = load.before
    for number in range(load.threads):
        for kind, key in operations(load, number):
            if kind == 0:
                expected[key] = key * 10 + 1
            elif kind == 1:
                expected.pop(key, None)
    assert list(load.map.items()) == sorted(expected.items()), "the map differs from what the threads did"
