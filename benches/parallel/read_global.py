"""Threads read a global of the module."""

from _program import in_threads, main, share

SIZE = 100_000_000

three = 3


class State:
    def __init__(self, size):
        self.size = size


def work(number, threads, state):
    total = 0
    for _ in share(state.size, threads, number):
        total += three
    return total


def prepare(threads, size):
    return State(size)


def run(threads, state):
    state.values = in_threads(threads, work, threads, state)


def check(state):
    assert sum(state.values) == 3 * state.size


if __name__ == "__main__":
    main()
