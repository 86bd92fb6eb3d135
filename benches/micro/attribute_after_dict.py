from _bench import measure


class Point:
    def __init__(self):
        self.x = 1
        self.y = 2

    def step(self):
        self.x = self.y


def run(n):
    p = Point()
    vars(p)["z"] = 3
    for _ in range(n):
        p.step()
        p.y = p.z


measure(run)
