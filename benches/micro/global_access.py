from _bench import measure


value = 1


def run(n):
    global value
    for _ in range(n):
        value = value + 1


measure(run)
