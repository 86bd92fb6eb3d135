from _bench import measure


def run(n):
    for _ in range(n):
        "the quick brown fox".encode().decode()


measure(run, 2)
