from _bench import measure


def run(n):
    items = [0] * 100
    for i in range(n):
        items[i % 100] = i


measure(run)
