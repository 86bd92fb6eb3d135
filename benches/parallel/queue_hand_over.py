"""Threads hand a token round a ring of queues: nothing but waiting for each other."""

from queue import SimpleQueue

from _program import in_threads, main

SIZE = 400_000


class Ring:
    def __init__(self, threads, size):
        self.size = size
        self.queues = [SimpleQueue() for _ in range(threads)]
        self.last = None


def work(number, threads, ring):
    mine, next_one = ring.queues[number], ring.queues[(number + 1) % threads]
    while (token := mine.get()) < ring.size:
        next_one.put(token + 1)
    ring.last = token
    if token < ring.size + threads - 1:
        next_one.put(token + 1)


def prepare(threads, size):
    return Ring(threads, size)


def run(threads, ring):
    ring.queues[0].put(0)
    in_threads(threads, work, threads, ring)


def check(ring):
    assert ring.last == ring.size + len(ring.queues) - 1, ring.last


if __name__ == "__main__":
    main()
