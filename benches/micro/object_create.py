from _bench import measure


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def run(n):
    for i in range(n):
        Point(i, i)


measure(run)
