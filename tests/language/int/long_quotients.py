# Quotients of long numbers of nearly the same length, exact ones and their neighbours, all signs.
def numbers(seed):
    while True:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        yield seed


def check(x, y):
    q, r = divmod(x, y)
    assert q * y + r == x and (0 <= r < y or y < r <= 0), (x, y)
    assert x // y == q and x % y == r, (x, y)
    return (q * 31 + r) % 1000003


random = numbers(7)
total = 0
for words in (2, 3, 5, 40):
    for _ in range(60):
        y = 0
        for _ in range(words):
            y = y << 64 | next(random)
        y >>= next(random) % 64
        for factor in (1, 2, 3, 9, next(random) >> 40, next(random) >> 24, next(random)):
            for addend in (-1, 0, 1, y // 2, next(random)):
                x = y * factor + addend
                for a, b in ((x, y), (-x, y), (x, -y), (-x, -y)):
                    total = (total * 7 + check(a, b)) % 1000003
print(total)

# The upper bits alone do not tell these quotients.
y = (1 << 300) - 1
print((y * 5) // y, (y * 5 - 1) // y, (-(y * 5)) // y, (-(y * 5) - 1) // y)
print((1 << 300) // y, ((1 << 301) - 2) // y, ((1 << 301) - 3) // y)

# Products with 0 and with one word.
print((1 << 200) * 0, 0 * -(1 << 200), ((1 << 200) - 1) * ((1 << 64) - 1) == (1 << 264) - (1 << 200) - (1 << 64) + 1)
