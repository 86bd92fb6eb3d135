from _bench import measure


def run(n):
    for _ in range(n):
        sum(i for i in range(1000))


measure(run, 1000)
