"""Threads read a class attribute through instances of their own and through the class."""

from _program import in_threads, main, share

SIZE = 60_000_000


class Shared:
    two = 2

    def __init__(self, size):
        self.size = size


def work(number, threads, shared):
    total, instance = 0, Shared(0)
    for _ in share(shared.size, threads, number):
        total += instance.two + Shared.two
    return total


def prepare(threads, size):
    return Shared(size)


def run(threads, shared):
    shared.values = in_threads(threads, work, threads, shared)


def check(shared):
    assert sum(shared.values) == 4 * shared.size


if __name__ == "__main__":
    main()
