from _bench import measure


async def inner():
    return 1


async def outer(n):
    for _ in range(n):
        await inner()


def run(n):
    try:
        outer(n).send(None)
    except StopIteration:
        pass


measure(run)
