from _bench import measure


class A:
    pass


class B(A):
    pass


def run(n):
    b = B()
    for _ in range(n):
        isinstance(b, A)
        isinstance(b, (int, str))


measure(run, 2)
