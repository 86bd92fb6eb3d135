from _bench import measure


def run(n):
    a, b = 12345, 678
    for i in range(n):
        a = (a * 31 + b) % 65521
        b = (b ^ a) >> 1
    return a, b


measure(run, 5)
