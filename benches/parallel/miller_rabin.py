"""Counts primes with the test of Miller and Rabin; each batch of numbers is a task of a TransactionQueue."""

from _program import main, transaction

SIZE = 10_000
BATCH = 100
FIRST = 1_000_000_001
WITNESSES = 2, 3, 5, 7  # enough below 3,215,031,751


def is_prime(n):
    """Whether an odd number from 9 to 3 * 10**9 is prime."""
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd //= 2
        twos += 1
    for witness in WITNESSES:
        if n % witness == 0:
            return n == witness
        power = pow(witness, odd, n)
        if power in (1, n - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % n
            if power == n - 1:
                break
        else:
            return False
    return True


class Counts:
    def __init__(self, batches):
        self.batches = batches
        self.found = {}

    def count(self, batch):
        first = FIRST + 2 * BATCH * batch
        self.found[batch] = sum(is_prime(n) for n in range(first, first + 2 * BATCH, 2))


def prepare(threads, size):
    return Counts(size)


def run(threads, counts):
    queue = transaction.TransactionQueue()
    for batch in range(counts.batches):
        queue.add(counts.count, batch)
    queue.run(threads)


def check(counts):
    end = FIRST + 2 * BATCH * counts.batches
    composite = bytearray(end - FIRST)
    for divisor in range(3, int(end ** 0.5) + 1, 2):
        for multiple in range(-FIRST % divisor, len(composite), divisor):
            composite[multiple] = 1
    for batch, found in counts.found.items():
        assert found == composite[2 * BATCH * batch:2 * BATCH * (batch + 1):2].count(0), batch
    assert len(counts.found) == counts.batches


if __name__ == "__main__":
    main()
