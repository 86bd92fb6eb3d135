"""Threads read an attribute of one shared instance."""

from _program import in_threads, main, share

SIZE = 100_000_000


class Shared:
    def __init__(self, size):
        self.size = size
        self.three = 3


def work(number, threads, shared):
    total = 0
    for _ in share(shared.size, threads, number):
        total += shared.three
    return total


def prepare(threads, size):
    return Shared(size)


def run(threads, shared):
    shared.values = in_threads(threads, work, threads, shared)


def check(shared):
    assert sum(shared.values) == 3 * shared.size


if __name__ == "__main__":
    main()
