"""Lee's routing of circuits: each connection is found and laid in one long transaction on the shared board."""

from _program import Random, in_threads, main, transaction

SIZE = 12_000
SIDE = 600
REACH = 10  # how far the ends of a connection are apart, at most
MARGIN = 3  # how far a connection may stray from the rectangle of its ends
STEPS = (0, 1), (1, 0), (0, -1), (-1, 0)


class Board:
    """`rows[y][x]` is the number of the connection there, or 0."""

    def __init__(self, connections):
        self.rows = [[0] * SIDE for _ in range(SIDE)]
        self.laid = {}
        self.todo = []
        random, ends = Random(17), set()
        while len(self.todo) < connections and len(ends) < SIDE * SIDE // 4:
            y, x = random.below(SIDE - REACH), random.below(SIDE - REACH)
            source, target = (y, x), (y + random.below(REACH), x + random.below(REACH))
            if source != target and not ends & {source, target}:
                ends |= {source, target}
                self.todo.append((len(self.todo) + 1, source, target))
        for number, source, target in self.todo:
            for y, x in (source, target):
                self.rows[y][x] = -number  # reserved for this connection

    @transaction.atomic
    def connect(self, number, source, target):
        path = self.find(number, source, target)
        for y, x in path or ():
            self.rows[y][x] = number
        return path

    def find(self, number, source, target):
        """A shortest free path between the ends, by flooding the board from one of them; None if there is none."""
        low_y, high_y = sorted((source[0], target[0]))
        low_x, high_x = sorted((source[1], target[1]))
        low_y, low_x = max(low_y - MARGIN, 0), max(low_x - MARGIN, 0)
        high_y, high_x = min(high_y + MARGIN, SIDE - 1), min(high_x + MARGIN, SIDE - 1)
        rows, came_from, wave = self.rows, {source: None}, [source]
        while wave and target not in came_from:
            front = []
            for place in wave:
                y, x = place
                for down, right in STEPS:
                    beside = y + down, x + right
                    if beside in came_from or not (low_y <= beside[0] <= high_y and low_x <= beside[1] <= high_x):
                        continue
                    if rows[beside[0]][beside[1]] in (0, -number):
                        came_from[beside] = place
                        front.append(beside)
            wave = front
        if target not in came_from:
            return None
        path = [target]
        while (place := came_from[path[-1]]) is not None:
            path.append(place)
        return path


def lay(number, board):
    while True:
        try:
            connection = board.todo.pop()
        except IndexError:
            return
        board.laid[connection] = board.connect(*connection)


def prepare(threads, size):
    return Board(size)


def run(threads, board):
    in_threads(threads, lay, board)


def check(board):
    seen = {}
    for (number, source, target), path in board.laid.items():
        if path is None:
            continue
        assert {path[0], path[-1]} == {source, target}
        for (y, x), (next_y, next_x) in zip(path, path[1:]):
            assert abs(y - next_y) + abs(x - next_x) == 1, "a connection is torn"
        for y, x in path:
            assert seen.setdefault((y, x), number) == number, "two connections cross"
            assert board.rows[y][x] == number, "a connection is not on the board"
    on_board = sum(cell > 0 for row in board.rows for cell in row)
    assert on_board == len(seen), "the board has more than the connections"
    assert sum(path is not None for path in board.laid.values()) > len(board.laid) // 2, "most connections must fit"


if __name__ == "__main__":
    main()
