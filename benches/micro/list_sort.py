from _bench import measure


ITEMS = [(i * 7919) % 10007 for i in range(1000)]


def run(n):
    for _ in range(n):
        sorted(ITEMS)


measure(run, 1000)
