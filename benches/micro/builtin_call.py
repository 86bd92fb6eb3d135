from _bench import measure


ITEMS = [1, 2, 3]


def run(n):
    for _ in range(n):
        len(ITEMS)
        abs(-1)


measure(run, 2)
