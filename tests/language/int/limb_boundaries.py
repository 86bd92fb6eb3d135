# Big ints are arrays of 64-bit limbs: carries, borrows, quotient estimates and signs at the limbs' borders.
import math


def numbers():
    for bits in 61, 62, 63, 64, 65, 126, 127, 128, 129, 191, 192, 320, 2100:
        for offset in -1, 0, 1:
            yield (1 << bits) + offset
    yield int("1" + "0" * 40)
    yield (1 << 192) - (1 << 128) + 1
    yield ((1 << 64) - 1) << 64


def mixed(values):
    total = 0
    for value in values:
        total = (total * 1000003 ^ value) % (1 << 521) - (1 << 519)
    return total


POSITIVE = list(numbers())
ALL = POSITIVE + [-n for n in POSITIVE] + [0, 1, -1]

print(mixed(a + b for a in ALL for b in ALL))
print(mixed(a - b for a in ALL for b in ALL))
print(mixed(a * b for a in ALL for b in ALL))
print(mixed(a // b for a in ALL for b in ALL if b))
print(mixed(a % b for a in ALL for b in ALL if b))
print(mixed(a & b for a in ALL for b in ALL))
print(mixed(a | b for a in ALL for b in ALL))
print(mixed(a ^ b for a in ALL for b in ALL))
print(mixed(~a << 67 for a in ALL), mixed(a >> 67 for a in ALL), mixed(-a for a in ALL))
print(mixed(math.gcd(a * 6, b * 15) for a in POSITIVE for b in POSITIVE))
print(mixed(pow(a, 5, b) for a in POSITIVE for b in POSITIVE), mixed(a ** 7 for a in ALL))
print(mixed(hash(a) for a in ALL), mixed(a.bit_count() for a in ALL))
print(all((a // b) * b + a % b == a for a in ALL for b in ALL if b))
print(all(int(str(a)) == a == int(hex(a), 16) for a in ALL))
print(all(int.from_bytes(a.to_bytes(264, "little", signed=True), "little", signed=True) == a for a in ALL))
print(sorted(ALL) == sorted(ALL, key=lambda n: (n >> 64, n)), sum(a < b for a in ALL for b in ALL))
print([a / 3 for a in POSITIVE[:6]], float(-POSITIVE[-1]), (1 << 2000) / (1 << 1999))
