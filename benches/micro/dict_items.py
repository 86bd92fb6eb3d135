from _bench import measure


def run(n):
    table = {i: i for i in range(100)}
    for _ in range(n):
        for key, value in table.items():
            pass


measure(run, 100)
