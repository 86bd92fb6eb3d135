from _bench import measure


def run(n):
    numbers = range(n)
    for i, x in enumerate(numbers):
        pass
    for x, y in zip(numbers, numbers):
        pass


measure(run, 2)
