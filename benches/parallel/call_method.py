"""Threads call a method of one shared object."""

from _program import in_threads, main, share

SIZE = 50_000_000


class Shared:
    def __init__(self, size):
        self.size = size
        self.three = 3

    def plus_three(self, value):
        return value + self.three


def work(number, threads, shared):
    total = 0
    for _ in share(shared.size, threads, number):
        total = shared.plus_three(total)
    return total


def prepare(threads, size):
    return Shared(size)


def run(threads, shared):
    shared.values = in_threads(threads, work, threads, shared)


def check(shared):
    assert sum(shared.values) == 3 * shared.size


if __name__ == "__main__":
    main()
