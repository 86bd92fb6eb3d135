from _bench import measure


def run(n):
    pairs = [(i * 7919 % 101, str(i)) for i in range(1000)]
    for _ in range(n):
        sorted(pairs)


measure(run, 1000)
