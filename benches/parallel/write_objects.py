"""Threads write attributes of different objects of one list."""

from _program import in_threads, main, share

SIZE = 18_000_000

OBJECTS = 64


class Counter:
    def __init__(self):
        self.n = 0


class State:
    def __init__(self, size):
        self.size = size
        self.counters = [Counter() for _ in range(OBJECTS)]


def work(number, threads, state):
    counters, mine = state.counters, share(OBJECTS, threads, number)
    for i in share(state.size, threads, number):
        counters[mine[i % len(mine)]].n += 1


def prepare(threads, size):
    return State(size)


def run(threads, state):
    in_threads(threads, work, threads, state)


def check(state):
    assert sum(counter.n for counter in state.counters) == state.size


if __name__ == "__main__":
    main()
