"""Times one primitive and prints the nanoseconds that one operation takes."""

from time import perf_counter


def measure(run, per_call=1):
    """`run(n)` does something n times, each time being `per_call` operations; prints the best of five."""
    n = 100
    while True:
        start = perf_counter()
        run(n)
        seconds = perf_counter() - start
        if seconds >= 0.05:
            break
        n = int(n * min(10, max(1.5, 0.06 / max(seconds, 1e-9)))) + 1
    best = seconds
    for _ in range(5):
        start = perf_counter()
        run(n)
        best = min(best, perf_counter() - start)
    print(round(best / n / per_call * 1e9, 3))
