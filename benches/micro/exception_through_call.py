from _bench import measure


def fail():
    raise KeyError("k")


def run(n):
    for _ in range(n):
        try:
            fail()
        except LookupError as error:
            error.args


measure(run)
