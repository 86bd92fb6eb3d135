from _bench import measure


def run(n):
    for i in range(n):
        "%s: %d (%.2f)" % ("abc", i, 1.25)


measure(run)
