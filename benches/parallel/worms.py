"""Worms on a grid of cells: each step of a worm is one transaction that takes a free cell and leaves the last one."""

from _program import Random, in_threads, main, share, transaction

SIZE = 1_000_000
SIDE = 64
WORMS = 32
LENGTH = 6
STEPS = (0, 1), (1, 0), (0, -1), (-1, 0)


class Cell:
    __slots__ = ("worm",)

    def __init__(self):
        self.worm = None


class Worm:
    def __init__(self, number, cells):
        self.number = number
        self.body = cells  # places, the head last


class Grid:
    def __init__(self, side, worms, length, steps):
        self.side = side
        self.steps = steps
        self.cells = [[Cell() for _ in range(side)] for _ in range(side)]
        self.worms = []
        in_row = side // length
        for number in range(worms):
            row, first = number // in_row, number % in_row * length
            body = [(row, first + i) for i in range(length)]
            self.worms.append(Worm(number, body))
            for y, x in body:
                self.cells[y][x].worm = number

    def move(self, worm, down, right):
        """Moves the worm by one cell if that one is free."""
        with transaction.atomic:
            y, x = worm.body[-1]
            y, x = (y + down) % self.side, (x + right) % self.side
            cell = self.cells[y][x]
            if cell.worm is not None:
                return False
            cell.worm = worm.number
            last_y, last_x = worm.body.pop(0)
            self.cells[last_y][last_x].worm = None
            worm.body.append((y, x))
            return True


def crawl(number, threads, grid):
    random = Random(number)
    mine = grid.worms[number::threads]
    for i in share(grid.steps, threads, number):
        grid.move(mine[i % len(mine)], *STEPS[random.below(4)])


def prepare(threads, size):
    return Grid(SIDE, WORMS, LENGTH, size)


def run(threads, grid):
    in_threads(threads, crawl, threads, grid)


def check(grid):
    length = len(grid.worms[0].body)
    taken = {(y, x): cell.worm for y, row in enumerate(grid.cells) for x, cell in enumerate(row) if cell.worm is not None}
    assert taken == {place: worm.number for worm in grid.worms for place in worm.body}, "grid and worms differ"
    assert len(taken) == length * len(grid.worms), "two worms are in one place"
    for worm in grid.worms:
        for (y, x), (next_y, next_x) in zip(worm.body, worm.body[1:]):
            step = (next_y - y) % grid.side, (next_x - x) % grid.side
            assert step in {(down % grid.side, right % grid.side) for down, right in STEPS}, "a worm is torn"


if __name__ == "__main__":
    main()
