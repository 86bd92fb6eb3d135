"""Threads count in different parts of one list."""

from _program import in_threads, main, share

SIZE = 30_000_000

PART = 512


class State:
    def __init__(self, threads, size):
        self.size = size
        self.counts = [0] * (threads * PART)


def work(number, threads, state):
    counts, first = state.counts, number * PART
    for i in share(state.size, threads, number):
        counts[first + i % PART] += 1


def prepare(threads, size):
    return State(threads, size)


def run(threads, state):
    in_threads(threads, work, threads, state)


def check(state):
    assert sum(state.counts) == state.size


if __name__ == "__main__":
    main()
