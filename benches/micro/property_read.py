from _bench import measure


class A:
    @property
    def value(self):
        return 1


def run(n):
    a = A()
    for _ in range(n):
        a.value


measure(run)
