"""A block begins and ends in one call."""

import sys

import transaction


class Box:
    n = 0


box = Box()


def plain():
    with transaction.atomic:
        box.n = 1
        yield 1


def after_handler():
    with transaction.atomic:
        box.n = 1
        try:
            raise ValueError
        except ValueError:
            sys._getframe()
        yield 1


def inner():
    with transaction.atomic:
        with transaction.atomic:
            box.n = 1
            yield 1


def delegating():
    with transaction.atomic:
        yield from [1, 2]


def around():
    yield 1
    with transaction.atomic:
        box.n = 5
    yield 2
    try:
        with transaction.atomic:
            box.n = 6
            yield 3
    except transaction.TransactionError as error:
        yield error
    yield 4


class Step:
    """An awaitable and an asynchronous context manager, both of which wait once."""

    def __await__(self):
        yield

    async def __aenter__(self):
        await self

    async def __aexit__(self, *_):
        await self


async def waiting():
    with transaction.atomic:
        await Step()


async def locked():
    with transaction.atomic:
        async with Step():
            await Step()


async def yielding():
    with transaction.atomic:
        yield 1


async def consume():
    async for _ in yielding():
        pass


for function in plain, after_handler, inner, delegating:
    try:
        print(next(function()))
    except transaction.TransactionError as error:
        print(function.__name__, error, box.n, transaction.is_atomic())
for function in waiting, locked, consume:
    try:
        function().send(None)
    except transaction.TransactionError as error:
        print(function.__name__, error, transaction.is_atomic())
print([*around()], box.n)


def numbers():
    n = 0
    while True:
        yield n
        n += 1


# A generator that stands outside of blocks is an object like others.
steps = numbers()
print(next(steps))
try:
    with transaction.atomic:
        print(next(steps), next(steps))
        raise KeyError
except KeyError:
    print(next(steps))
with transaction.atomic:
    print(next(steps), [x for x in (y * y for y in range(3))])
print(next(steps))
