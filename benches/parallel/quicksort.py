"""Quicksort by all threads on one shared deque of pieces that are still to be sorted."""

from collections import deque

from _program import Random, in_threads, main, transaction

SIZE = 400_000
SMALL = 64


class Sort:
    """A piece is (offset in the result, its elements). A piece that is being worked on may yield further ones."""

    def __init__(self, size):
        random = Random(11)
        self.input = [random.below(1 << 20) for _ in range(size)]
        self.pieces = deque([(0, self.input)])
        self.busy = 0
        self.sorted = {}

    @transaction.atomic
    def take(self):
        """A piece, or None when all is sorted; waits while others may still add pieces."""
        if self.pieces:
            self.busy += 1
            return self.pieces.pop()
        transaction.check(not self.busy)
        return None

    @transaction.atomic
    def put(self, *pieces):
        self.pieces.extend(pieces)
        self.busy -= 1

    def split(self, offset, items):
        """Deals with one piece."""
        if len(items) <= SMALL:
            self.sorted[offset] = sorted(items)
            self.put()
            return
        pivot = sorted((items[0], items[len(items) // 2], items[-1]))[1]
        less, equal, greater = [], [], []
        for item in items:
            (less if item < pivot else equal if item == pivot else greater).append(item)
        self.sorted[offset + len(less)] = equal
        after = offset + len(less) + len(equal)
        self.put(*(piece for piece in ((offset, less), (after, greater)) if piece[1]))


def work(number, sort):
    while (piece := sort.take()) is not None:
        sort.split(*piece)


def prepare(threads, size):
    return Sort(size)


def run(threads, sort):
    in_threads(threads, work, sort)


def check(sort):
    result = []
    for offset in sorted(sort.sorted):
        assert offset == len(result), "a piece is missing or doubled"
        result += sort.sorted[offset]
    assert result == sorted(sort.input)


if __name__ == "__main__":
    main()
