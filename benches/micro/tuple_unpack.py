from _bench import measure


def run(n):
    pair = (1, 2)
    for _ in range(n):
        a, b = pair
        pair = b, a


measure(run)
