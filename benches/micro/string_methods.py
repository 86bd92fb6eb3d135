from _bench import measure


TEXT = "The quick brown fox jumps over the lazy dog"


def run(n):
    for _ in range(n):
        TEXT.lower()
        TEXT.replace("o", "0")
        TEXT.find("lazy")
        TEXT.startswith("The")
        TEXT.strip()


measure(run, 5)
