from _bench import measure


def target(a, b=2, *, c=3):
    return a


def run(n):
    for _ in range(n):
        target(1, b=5, c=6)


measure(run)
