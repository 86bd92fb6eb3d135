"""A queue between transactions."""

from queue import Empty
from threading import Timer

from _transaction import TransactionError, atomic, is_atomic, retry, run


class queue:
    """A queue without bounds. Inside a transaction nothing is put or taken before it commits.

    An item that a transaction puts is seen by others once it commits; one that it gets goes back if it is undone.
    As long as there are items that were put earlier, `put` and `get` do not conflict.
    """

    def __init__(self):
        self._front = []  # what `get` takes next, the oldest last
        self._back = []  # what was put since `_front` was last filled, the oldest first
        self._put = 0
        self._done = 0

    @atomic
    def put(self, item):
        """Adds an item. Never waits."""
        self._back.append(item)
        self._put += 1

    def get(self, block=True, timeout=None):
        """Takes the oldest item, waiting for one.

        Raises `Empty` if there is none and `block` is false, or if none comes for `timeout` seconds. A transaction
        that waits here is undone and starts again when an item is there; it cannot give a timeout, since no time may
        pass in a transaction.
        """
        if not block:
            return run(self._take, ([True],), {})
        if timeout is None:
            return run(self._take, ([],), {})
        if is_atomic():
            raise TransactionError("queue.get() with a timeout inside a transaction")
        expired = []
        timer = Timer(timeout, expired.append, (True,))
        timer.daemon = True
        timer.start()
        try:
            return run(self._take, (expired,), {})
        finally:
            timer.cancel()

    def _take(self, expired):
        if not self._front:
            if not self._back:
                if expired:
                    raise Empty
                retry()
            self._front, self._back = self._back[::-1], []
        return self._front.pop()

    @atomic
    def task_done(self):
        """Says that an item that was got has been dealt with; `join` counts."""
        if self._done == self._put:
            raise ValueError("task_done() called too many times")
        self._done += 1

    def join(self):
        """Waits until `task_done` has been called for every item that was put."""
        run(self._join, (), {})

    def _join(self):
        if self._done != self._put:
            retry()

    @atomic
    def qsize(self):
        """The number of items."""
        return len(self._front) + len(self._back)

    def empty(self):
        """Whether there is no item."""
        return not self.qsize()
