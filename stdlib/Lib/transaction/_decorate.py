"""Functions whose calls are transactions."""

import functools

from _transaction import TransactionError, run


# What `inspect` calls CO_GENERATOR, CO_COROUTINE and CO_ASYNC_GENERATOR; importing it would take long.
_MAKES_GENERATOR = 0x20 | 0x80 | 0x200


def _makes_generator(function):
    """Whether calls return before they have run: generator functions, coroutine functions, asynchronous generators."""
    while isinstance(function, functools.partial):
        function = function.func
    function = getattr(function, "__func__", function)
    return getattr(getattr(function, "__code__", None), "co_flags", 0) & _MAKES_GENERATOR != 0


def decorate(function, on_error):
    """A function that calls the given one as one transaction."""
    if not callable(function):
        raise TypeError(f"{type(function).__name__!r} object is not callable")
    if _makes_generator(function):
        raise TransactionError("a transaction ends before a generator or coroutine has run; use a block inside it")

    @functools.wraps(function)
    def call(*args, **kwargs):
        return run(function, args, kwargs, on_error)

    return call
