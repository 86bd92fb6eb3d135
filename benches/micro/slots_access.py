from _bench import measure


class Point:
    __slots__ = ("x", "y")


def run(n):
    p = Point()
    p.x, p.y = 1, 2
    for _ in range(n):
        p.x = p.y
        p.y = p.x


measure(run, 4)
