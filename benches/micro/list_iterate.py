from _bench import measure


ITEMS = list(range(1000))


def run(n):
    for _ in range(n):
        for item in ITEMS:
            pass


measure(run, 1000)
