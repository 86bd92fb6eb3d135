from _bench import measure


def run(n):
    a, b = 3 ** 400, 7 ** 300
    for _ in range(n):
        a * b


measure(run)
