"""Each thread increments a global of its own (up to four threads)."""

from _program import in_threads, main, share

SIZE = 60_000_000

first = second = third = fourth = 0


class State:
    def __init__(self, size):
        self.size = size


def count_first(steps):
    global first
    for _ in steps:
        first += 1


def count_second(steps):
    global second
    for _ in steps:
        second += 1


def count_third(steps):
    global third
    for _ in steps:
        third += 1


def count_fourth(steps):
    global fourth
    for _ in steps:
        fourth += 1


def work(number, threads, state):
    (count_first, count_second, count_third, count_fourth)[number % 4](share(state.size, threads, number))


def prepare(threads, size):
    return State(size)


def run(threads, state):
    in_threads(threads, work, threads, state)


def check(state):
    assert first + second + third + fourth == state.size, "updates lost"


if __name__ == "__main__":
    main()
