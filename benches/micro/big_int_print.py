from _bench import measure


def run(n):
    x = 3**200
    for _ in range(n):
        int(str(x))


measure(run)
