from _bench import measure


def numbers(count):
    for i in range(count):
        yield i


def run(n):
    for _ in numbers(n):
        pass


measure(run)
