from _bench import measure


def run(n):
    x = 0.1 + 0.2
    for _ in range(n):
        repr(x)


measure(run)
