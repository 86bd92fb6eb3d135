from _bench import measure


def run(n):
    for _ in range(n):
        try:
            raise ValueError
        except ValueError:
            pass


measure(run)
