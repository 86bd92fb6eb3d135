from _bench import measure


class Vector:
    def __init__(self, x):
        self.x = x

    def __add__(self, other):
        return Vector(self.x + other.x)


def run(n):
    v, one = Vector(0), Vector(1)
    for _ in range(n):
        v = v + one


measure(run)
