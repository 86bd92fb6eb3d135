from _bench import measure


def run(n):
    items = set(range(0, 200, 2))
    found = 0
    for i in range(n):
        if i % 200 in items:
            found += 1
    return found


measure(run)
