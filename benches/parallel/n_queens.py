"""Counts the ways to place n queens; the first two rows make the tasks of a TransactionQueue."""

from _program import main, transaction

SIZE = 14
SOLUTIONS = {8: 92, 9: 352, 10: 724, 11: 2680, 12: 14200, 13: 73712, 14: 365596}


def count(full, columns, left, right):
    """The solutions below a row; each mask has a bit for every column that is attacked."""
    if columns == full:
        return 1
    total, free = 0, full & ~(columns | left | right)
    while free:
        queen = free & -free
        free -= queen
        total += count(full, columns | queen, (left | queen) << 1, (right | queen) >> 1)
    return total


class Board:
    def __init__(self, size):
        self.size = size
        self.found = {}

    def place(self, first, second):
        one, two = 1 << first, 1 << second
        if two & (one | one << 1 | one >> 1):
            return
        left, right = (one << 1 | two) << 1, (one >> 1 | two) >> 1
        self.found[first, second] = count((1 << self.size) - 1, one | two, left, right)


def prepare(threads, size):
    return Board(size)


def run(threads, board):
    queue = transaction.TransactionQueue()
    for first in range(board.size):
        for second in range(board.size):
            queue.add(board.place, first, second)
    queue.run(threads)


def check(board):
    assert sum(board.found.values()) == SOLUTIONS[board.size], board.found


if __name__ == "__main__":
    main()
