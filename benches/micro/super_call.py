from _bench import measure


class A:
    def method(self):
        return 1


class B(A):
    def method(self):
        return super().method()


def run(n):
    b = B()
    for _ in range(n):
        b.method()


measure(run)
