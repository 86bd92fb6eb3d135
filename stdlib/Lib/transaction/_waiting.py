"""Waiting until other threads have changed what a transaction has read."""

from _transaction import RETRIED, retry, run, savepoint


def check(condition, /):
    """Goes on if `condition` is true; else calls `retry()`.

    `check(items)` undoes the transaction and waits until something that it has read changes, then starts it again.
    """
    if not condition:
        retry()


def wait_until(predicate, /):
    """Waits until `predicate()` is true, and returns its value.

    The predicate runs as a transaction, again whenever something that it has read changes. Inside a transaction the
    whole transaction is undone, waits, and starts again.
    """
    return run(_true_value, (predicate,), {})


def _true_value(predicate):
    value = predicate()
    check(value)
    return value


def or_else(first, /, *others):
    """Calls `first()`; if it calls `retry()`, undoes what it did and calls the next function, and so on.

    Returns the value of the first one that does not retry. If all do, the whole transaction waits until something
    changes that any of them has read. An exception ends the search. Outside a transaction this is one.
    """
    return run(_first_ready, (first, *others), {})


def _first_ready(*alternatives):
    for alternative in alternatives[:-1]:
        result = savepoint(alternative)
        if result is not RETRIED:
            return result
    return alternatives[-1]()
