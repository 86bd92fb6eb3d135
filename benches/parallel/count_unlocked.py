"""Threads increment one attribute without a lock; `c.n += 1` is one instruction. Full contention."""

from _program import in_threads, main, share

SIZE = 40_000_000


class Counter:
    def __init__(self, size):
        self.size = size
        self.n = 0


def work(number, threads, counter):
    for _ in share(counter.size, threads, number):
        counter.n += 1


def prepare(threads, size):
    return Counter(size)


def run(threads, counter):
    in_threads(threads, work, threads, counter)


def check(counter):
    assert counter.n == counter.size, f"{counter.size - counter.n} updates lost"


if __name__ == "__main__":
    main()
