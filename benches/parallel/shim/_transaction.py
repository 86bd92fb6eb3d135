"""The natives of `transaction` for interpreters without transactions: one lock for all blocks, nothing is undone.

Blocks exclude each other, so a program that uses `atomic` wherever it touches shared data computes the same. What needs
undoing is missing: an exception leaves its traces, and `retry()` works only in functions that run as a transaction
(`@atomic`, `wait_until`, tasks) and have changed nothing yet.
"""

import functools
import threading

IS_SHIM = True

RETRIED = "<retried>"
CLOSED = "<closed>"


class TransactionError(RuntimeError):
    """Misuse of transactions."""


class _Retry(BaseException):
    """What `retry()` raises on its way to `run`."""


class _Lock:
    """The lock of all blocks, with what is to be called after the outermost one."""

    def __init__(self):
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.depth = 0
        self.on_commit = []
        self.on_abort = []

    def enter(self):
        self.lock.acquire()
        self.depth += 1

    def leave(self, committed):
        callbacks = ()
        self.depth -= 1
        if self.depth == 0:
            callbacks = self.on_commit if committed else self.on_abort
            if callbacks or self.on_commit or self.on_abort:
                self.on_commit, self.on_abort = [], []
            self.changed.notify_all()
        self.lock.release()
        for callback in callbacks:
            callback()

    def held(self):
        return self.lock._is_owned() and self.depth > 0


_lock = _Lock()
is_atomic = _lock.held


class _Atomic:
    def __init__(self, on_error="rollback"):
        if on_error not in ("rollback", "commit"):
            raise ValueError("on_error must be 'rollback' or 'commit'")
        self.on_error = on_error

    def __call__(self, function=None, *, on_error="rollback"):
        if function is None:
            return _Atomic(on_error)

        @functools.wraps(function)
        def call(*args, **kwargs):
            return run(function, args, kwargs, self.on_error)

        return call

    def __enter__(self):
        _lock.enter()

    def __exit__(self, kind, error, traceback):
        _lock.leave(kind is None or self.on_error == "commit")
        if kind is _Retry and not is_atomic():
            raise TransactionError("retry() in a `with` block needs an interpreter with transactions") from None


atomic = _Atomic()


def run(function, args=(), kwargs={}, on_error="rollback"):
    while True:
        _lock.enter()
        committed = False
        try:
            value = function(*args, **kwargs)
            committed = True
            return value
        except _Retry:
            if _lock.depth > 1:
                raise
        except BaseException:
            committed = on_error == "commit"
            raise
        finally:
            _lock.leave(committed)
        # What it waits for may also change outside blocks, so it looks again from time to time.
        with _lock.lock:
            _lock.changed.wait(0.002)


def retry():
    if not is_atomic():
        raise TransactionError("retry() outside a transaction")
    raise _Retry


def savepoint(function):
    try:
        return function()
    except _Retry:
        return RETRIED


def on_commit(callback):
    if not is_atomic():
        raise TransactionError("on_commit() outside a transaction")
    _lock.on_commit.append(callback)


def on_abort(callback):
    if not is_atomic():
        raise TransactionError("on_abort() outside a transaction")
    _lock.on_abort.append(callback)


def become_inevitable(reason=""):
    if not is_atomic():
        raise TransactionError("become_inevitable() outside a transaction")


def stats():
    return {}


class Turnstile:
    def __init__(self):
        self.next = 0
        self.closed = False

    def close(self):
        with _lock.lock:
            self.closed = True
            _lock.changed.notify_all()


def run_ordered(turnstile, index, function, args):
    with _lock.lock:
        while turnstile.next != index and not turnstile.closed:
            _lock.changed.wait()
        if turnstile.closed:
            return CLOSED
        try:
            value = run(function, args)
            turnstile.next += 1
            return value
        except BaseException:
            turnstile.closed = True
            raise
        finally:
            _lock.changed.notify_all()
