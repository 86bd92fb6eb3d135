from _bench import measure


TABLE = {i: str(i) for i in range(1000)}


def run(n):
    for _ in range(n):
        for key, value in TABLE.items():
            pass


measure(run, 1000)
