from _bench import measure


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


def run(n):
    manager = Manager()
    for _ in range(n):
        with manager:
            pass


measure(run)
