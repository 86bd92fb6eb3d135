from _bench import measure


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def run(n):
    for _ in range(n):
        fib(12)


# fib(12) makes 465 calls.
measure(run, 465)
