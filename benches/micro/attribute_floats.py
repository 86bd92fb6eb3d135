from _bench import measure


class Point:
    def __init__(self):
        self.x, self.y, self.z = 1.0, 2.0, 3.0


def run(n):
    p = Point()
    for _ in range(n):
        p.x = p.x * 0.99 + p.y
        p.y = p.y - p.z * 0.01
    return p.x


measure(run)
