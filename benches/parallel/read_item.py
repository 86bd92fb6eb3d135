"""Threads read items of one shared dict."""

from _program import in_threads, main, share

SIZE = 30_000_000


class State:
    def __init__(self, size):
        self.size = size
        self.items = {f"key {i}": i for i in range(16)}


def work(number, threads, state):
    total, items, keys = 0, state.items, list(state.items)
    for i in share(state.size, threads, number):
        total += items[keys[i & 15]]
    return total


def prepare(threads, size):
    return State(size)


def run(threads, state):
    state.values = in_threads(threads, work, threads, state)


def check(state):
    assert sum(state.values) == sum(i & 15 for i in range(state.size))


if __name__ == "__main__":
    main()
