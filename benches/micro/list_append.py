from _bench import measure


def run(n):
    for _ in range(n):
        items = []
        for i in range(1000):
            items.append(i)


measure(run, 1000)
