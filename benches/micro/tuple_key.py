from _bench import measure


def run(n):
    table = {(i, (i, "x", i), 0): i for i in range(100)}
    key = 50, (50, "x", 50), 0
    for _ in range(n):
        table[key]


measure(run)
