from _bench import measure


DATA = bytes(range(256))


def run(n):
    total = 0
    for i in range(n):
        total ^= DATA[i & 255]
    return total


measure(run)
