"""worms.py on a tiny grid: full contention."""

from _program import main
from worms import Grid, check, run  # noqa: F401

SIZE = 1_200_000


def prepare(threads, size):
    return Grid(8, 8, 4, size)


if __name__ == "__main__":
    main()
