from _bench import measure


def make():
    count = 0

    def increment():
        nonlocal count
        count += 1
        return count

    return increment


def run(n):
    increment = make()
    for _ in range(n):
        increment()


measure(run)
