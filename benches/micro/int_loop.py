from _bench import measure


def run(n):
    i = total = 0
    while i < n:
        total += i & 3
        i += 1
    return total


measure(run)
