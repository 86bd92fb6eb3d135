"""Functions whose calls are transactions."""

import functools
import inspect

from _transaction import TransactionError, run


def decorate(function, on_error):
    """A function that calls the given one as one transaction."""
    if inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function):
        raise TransactionError("a transaction ends before a generator or coroutine has run; use a block inside it")

    @functools.wraps(function)
    def call(*args, **kwargs):
        return run(function, args, kwargs, on_error)

    return call
