"""The Mandelbrot set, row by row; independent work on floats."""

from _program import in_threads, main

SIZE = 800
LIMIT = 100


class Picture:
    def __init__(self, size):
        self.size = size
        self.rows = [None] * size


def row(size, y):
    """How many steps each point of one row stays near the origin."""
    counts = []
    imaginary = 2.4 * y / size - 1.2
    for x in range(size):
        real = 3.0 * x / size - 2.1
        a = b = 0.0
        count = 0
        while count < LIMIT and a * a + b * b < 4.0:
            a, b = a * a - b * b + real, 2.0 * a * b + imaginary
            count += 1
        counts.append(count)
    return counts


def paint(number, threads, picture):
    for y in range(number, picture.size, threads):
        picture.rows[y] = row(picture.size, y)


def prepare(threads, size):
    return Picture(size)


def run(threads, picture):
    in_threads(threads, paint, threads, picture)


def check(picture):
    size = picture.size
    for y in range(0, size, 7):
        assert picture.rows[y] == row(size, y), y
    assert all(len(counts) == size for counts in picture.rows)


if __name__ == "__main__":
    main()
