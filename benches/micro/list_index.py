from _bench import measure


def run(n):
    items = list(range(100))
    total = 0
    for i in range(n):
        total += items[i % 100]
    return total


measure(run)
