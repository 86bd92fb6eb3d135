from _bench import measure


PARTS = ["part%d" % i for i in range(1000)]


def run(n):
    for _ in range(n):
        ",".join(PARTS)


measure(run, 1000)
