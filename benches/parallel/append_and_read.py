"""One thread appends to a list, the others read an old index of it."""

from _program import in_threads, main, share

SIZE = 16_000_000


class State:
    def __init__(self, size):
        self.size = size
        self.items = [7]


def work(number, threads, state):
    items, total = state.items, 0
    if number == 0:
        for i in share(state.size, threads, number):
            items.append(i)
    else:
        for _ in share(state.size, threads, number):
            total += items[0]
    return total


def prepare(threads, size):
    return State(size)


def run(threads, state):
    state.values = in_threads(threads, work, threads, state)


def check(state):
    appended = len(state.items) - 1
    assert state.items == [7, *range(appended)]
    assert sum(state.values) == 7 * (state.size - appended)


if __name__ == "__main__":
    main()
