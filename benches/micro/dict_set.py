from _bench import measure


def run(n):
    for _ in range(n):
        table = {}
        for i in range(1000):
            table[i] = i


measure(run, 1000)
