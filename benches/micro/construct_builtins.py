from _bench import measure


def run(n):
    pair = (1, 2)
    for _ in range(n):
        int(7)
        float(7)
        str(7)
        list(pair)
        tuple(pair)
        dict()
        set(pair)
        range(7)


measure(run, 8)
