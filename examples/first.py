"""Prime numbers below a limit, with a class, a generator and a dict on the way."""
from collections import Counter


class Sieve:
    def __init__(self, limit):
        self.composite = bytearray(limit)

    def __iter__(self):
        for n in range(2, len(self.composite)):
            if not self.composite[n]:
                yield n
                for multiple in range(n * n, len(self.composite), n):
                    self.composite[multiple] = 1


primes = list(Sieve(100_000))
print(f'{len(primes)} primes, the last is {primes[-1]:,}')
for digit, count in sorted(Counter(p % 10 for p in primes).items()):
    print(f'{count:5} end in {digit}')
