from _bench import measure


TEXT = "abcdefghij" * 100


def run(n):
    for _ in range(n):
        for char in TEXT:
            pass


measure(run, 1000)
