from _bench import measure


TEXT = "The quick brown fox jumps over the lazy dog " * 20


def run(n):
    for _ in range(n):
        TEXT.split()


measure(run, 180)
