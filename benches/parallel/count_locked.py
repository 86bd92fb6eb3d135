"""Threads increment one attribute under one lock, as programs for CPython do. Full contention."""

from threading import Lock

from _program import in_threads, main, share

SIZE = 9_000_000


class Counter:
    def __init__(self, size):
        self.size = size
        self.lock = Lock()
        self.n = 0


def work(number, threads, counter):
    lock = counter.lock
    for _ in share(counter.size, threads, number):
        with lock:
            counter.n += 1


def prepare(threads, size):
    return Counter(size)


def run(threads, counter):
    in_threads(threads, work, threads, counter)


def check(counter):
    assert counter.n == counter.size, f"{counter.size - counter.n} updates lost"


if __name__ == "__main__":
    main()
