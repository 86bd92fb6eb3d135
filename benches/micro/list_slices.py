from _bench import measure


def run(n):
    items = list(range(100))
    for _ in range(n):
        items[10:20] = items[30:40] + items[:0]


measure(run)
