from _bench import measure


class Counter:
    def __init__(self):
        self.count = 0

    def increment(self):
        self.count += 1


def run(n):
    counter = Counter()
    for _ in range(n):
        counter.increment()
    return counter.count


measure(run)
