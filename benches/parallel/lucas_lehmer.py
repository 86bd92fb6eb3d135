"""Mersenne primes by the test of Lucas and Lehmer; independent work on long ints."""

from _program import in_threads, main

SIZE = 3_217
EXPONENTS = (2, 3, 5, 7, 13, 17, 19, 31, 61, 89, 107, 127, 521, 607, 1279, 2203, 2281, 3217, 4253, 4423)


def primes(limit):
    return [n for n in range(2, limit) if all(n % d for d in range(2, int(n ** 0.5) + 1))]


def is_mersenne_prime(p):
    """Whether 2**p - 1 is prime, for a prime p."""
    if p == 2:
        return True
    mersenne, s = (1 << p) - 1, 4
    for _ in range(p - 2):
        s = s * s - 2
        s = (s & mersenne) + (s >> p)
        if s >= mersenne:
            s -= mersenne
    return s == 0


class Search:
    def __init__(self, limit):
        self.limit = limit
        self.exponents = primes(limit)[::-1]  # the long ones first
        self.found = []


def search(number, work):
    while True:
        try:
            p = work.exponents.pop(0)
        except IndexError:
            return
        if is_mersenne_prime(p):
            work.found.append(p)


def prepare(threads, size):
    return Search(size)


def run(threads, work):
    in_threads(threads, search, work)


def check(work):
    assert sorted(work.found) == [p for p in EXPONENTS if p < work.limit], work.found


if __name__ == "__main__":
    main()
