from _bench import measure


class Thing:
    pass


def run(n):
    thing = Thing()
    for _ in range(n):
        getattr(thing, "name", None)
        hasattr(thing, "name")


measure(run, 2)
