from _bench import measure


def run(n):
    name = "x"
    for i in range(n):
        f"{name}: {i} {i:>5}"


measure(run)
