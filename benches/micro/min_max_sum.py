from _bench import measure


def run(n):
    items = list(range(20))
    for _ in range(n):
        min(3, 4)
        max(items)
        sum(items)


measure(run, 3)
