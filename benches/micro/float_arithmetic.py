from _bench import measure


def run(n):
    x, y = 0.5, 1.25
    for _ in range(n):
        x = x * 1.0001 + y
        y = y - x * 0.00001
    return x, y


measure(run, 4)
