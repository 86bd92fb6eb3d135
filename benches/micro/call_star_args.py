from _bench import measure


def target(*args, **kwargs):
    return args


def run(n):
    args, kwargs = (1, 2), {"k": 3}
    for _ in range(n):
        target(*args, **kwargs)


measure(run)
