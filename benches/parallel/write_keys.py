"""Threads write different keys of one dict."""

from _program import in_threads, main, share

SIZE = 6_000_000

KEYS = 16


class State:
    def __init__(self, threads, size):
        self.size = size
        self.counts = {(number, key): 0 for key in range(KEYS) for number in range(threads)}


def work(number, threads, state):
    counts, keys = state.counts, [(number, key) for key in range(KEYS)]
    for i in share(state.size, threads, number):
        counts[keys[i % KEYS]] += 1


def prepare(threads, size):
    return State(threads, size)


def run(threads, state):
    in_threads(threads, work, threads, state)


def check(state):
    assert sum(state.counts.values()) == state.size


if __name__ == "__main__":
    main()
