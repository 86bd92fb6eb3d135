"""Queues of tasks, each of which runs as one transaction on one of a few threads."""

import os
import threading
from collections import deque
from functools import partial

import _transaction
from _transaction import TransactionError, is_atomic


class TransactionQueue:
    """A queue of tasks; each runs as one transaction, as many at a time as there are cores.

        queue = transaction.TransactionQueue()
        for key, value in big.items():
            queue.add(function, key, value)
        queue.run()

    The tasks seem to run one after the other. With `ordered=True` they do so in the order in which they were added,
    those added by tasks behind all others, so that the result is that of the plain loop, to the order of the keys of a
    dict and of the printed lines.
    """

    def __init__(self, *, ordered=False):
        self._ordered = ordered
        self._waiting = deque()  # (function, args, kwargs) of the tasks that the next run starts with
        self._executed = 0
        self._running = threading.Lock()
        self._current = threading.local()  # .added: what the task that runs on this thread has added

    def add(self, function, /, *args, **kwargs):
        """Adds the task `function(*args, **kwargs)`. What a task adds counts once that task has committed."""
        if not callable(function):
            raise TypeError(f"{type(function).__name__!r} object is not callable")
        getattr(self._current, "added", self._waiting).append((function, args, kwargs))

    def add_generator(self, iterable, /):
        """Adds one task after the other for the steps of a generator: from one `yield` to the next."""
        steps, end = iter(iterable), object()

        def advance():
            if next(steps, end) is not end:
                self.add(advance)

        self.add(advance)

    def run(self, threads=None):
        """Runs the tasks, and those that they add, until none is left. `threads`: how many at a time (all cores).

        The first exception of a task, which is undone, stops the run: tasks that others have begun come to their end
        (with `ordered=True`, those behind it are undone), the rest stay in the queue, and the exception is raised here.
        Raises TransactionError inside a transaction, and while the queue runs already.
        """
        self._run(threads, follow=True)

    def number_of_transactions_executed(self):
        """How many tasks have run since the queue was made, also with an exception. Not while it runs."""
        if self._running.locked():
            raise TransactionError("the queue is running")
        return self._executed

    def _run(self, threads, follow):
        """Runs the tasks. What they add runs too if `follow`, else it waits. Returns how many ran."""
        if is_atomic():
            raise TransactionError("tasks cannot be run inside a transaction")
        if not self._running.acquire(blocking=False):
            raise TransactionError("the queue is running already")
        try:
            tasks, self._waiting = self._waiting, deque()
            kind = _OrderedRun if self._ordered else _Run
            run = kind(tasks, worker_count(threads), self._current, follow)
            try:
                run.start()
            finally:
                self._waiting.extendleft(reversed(run.left()))
                self._executed += run.executed
            return run.executed
        finally:
            self._running.release()


def worker_count(threads):
    """The number of threads to use: `threads`, or one for each core that this process may use."""
    if threads is None:
        return len(os.sched_getaffinity(0))
    if threads < 1:
        raise ValueError("at least one thread is needed")
    return threads


class _Run:
    """One run of a queue: workers with a deque of tasks each, who take from each other when their own is empty.

    Only its own worker adds to a deque, and none while it is idle. So when all are idle at once, all deques are empty.
    """

    def __init__(self, tasks, threads, current, follow):
        self.workers = threads
        self.current = current
        self.follow = follow
        self.executed = 0
        self.later = deque()  # tasks that were added and are not for this run
        self.failure = None
        self.stopped = False
        self.idle = 0
        self.changed = threading.Condition()
        self.deal(list(tasks))

    def deal(self, tasks):
        """Gives each worker an equal part."""
        share = -(-len(tasks) // self.workers)
        self.deques = [deque(tasks[i * share:(i + 1) * share]) for i in range(self.workers)]

    def start(self):
        """Runs all, on this thread and others; raises what a task raised."""
        others = [
            threading.Thread(target=self.work, args=(number,), name=f"transaction-{number}", daemon=True)
            for number in range(1, self.workers)
        ]
        try:
            for thread in others:
                thread.start()
        except BaseException as error:
            self.fail(error)
        self.work(0)
        for thread in others:
            if thread.ident is not None:
                thread.join()
        if self.failure is not None:
            raise self.failure

    def work(self, number):
        """What each thread does."""
        executed = 0
        added = self.current.added = []
        try:
            while (task := self.next(number)) is not None:
                function, args, kwargs = task
                try:
                    _transaction.run(function, args, kwargs)
                except BaseException as error:
                    if self.fail(error):
                        executed += 1
                    else:
                        # Another task has failed before. This one is undone, so it counts as not begun.
                        self.later.append(task)
                    break
                executed += 1
                if added:
                    self.accept(number, added)
                    added.clear()
        except BaseException as error:
            self.fail(error)
        finally:
            self.current.__dict__.clear()
            with self.changed:
                self.executed += executed

    def accept(self, number, added):
        """Takes over the tasks that a committed task has added."""
        if not self.follow:
            self.later.extend(added)
            return
        self.deques[number].extend(added)
        if self.idle:
            with self.changed:
                self.changed.notify_all()

    def fail(self, error):
        """Stops the run. Whether this is the first error, which is the one that counts."""
        with self.changed:
            first = self.failure is None
            if first:
                self.failure = error
            self.stopped = True
            self.changed.notify_all()
            return first

    def next(self, number):
        """The next task for a worker, or None at the end."""
        own = self.deques[number]
        while not self.stopped:
            try:
                return own.popleft()
            except IndexError:
                if not self.steal(number):
                    self.wait()
        return None

    def steal(self, number):
        """Takes half of what another worker has, from the end. Whether there was any."""
        own = self.deques[number]
        for victim in self.deques[number + 1:] + self.deques[:number]:
            for _ in range((len(victim) + 1) // 2):
                try:
                    own.appendleft(victim.pop())
                except IndexError:  # taken meanwhile
                    break
            if own:
                return True
        return False

    def wait(self):
        """Waits until there may be tasks to take; ends the run if all workers come to wait here."""
        with self.changed:
            self.idle += 1
            if self.idle == self.workers:
                self.stopped = True
                self.changed.notify_all()
            # Who adds tasks looks at `idle` afterwards, so either they are seen here or a notification follows.
            elif not self.stopped and not any(self.deques):
                self.changed.wait()
            self.idle -= 1

    def left(self):
        """The tasks that have not run, after the end."""
        return [task for tasks in (*self.deques, self.later) for task in tasks]


class _OrderedRun(_Run):
    """A run whose tasks commit one after the other in the order of their numbers, though several run at a time."""

    def deal(self, tasks):
        self.tasks = tasks
        self.begun = 0  # the number of the next task to take
        self.committed = 0  # all before this number have
        self.turnstile = _transaction.Turnstile()
        self.done = {}  # number of a committed task -> what it has added, until all before it are counted

    def work(self, number):
        try:
            while (index := self.take()) is not None:
                added = self.current.added = []
                function, args, kwargs = self.tasks[index]
                call = partial(function, *args, **kwargs)
                try:
                    value = _transaction.run_ordered(self.turnstile, index, call, ())
                except BaseException:
                    self.tasks[index] = None
                    with self.changed:
                        self.executed += 1
                    raise
                if value is _transaction.CLOSED:
                    break
                self.keep(index, value)
                self.commit(index, added)
        except BaseException as error:
            self.turnstile.close()
            self.fail(error)
        finally:
            self.current.__dict__.clear()

    def take(self):
        """The number of the next task, or None at the end."""
        with self.changed:
            while self.begun == len(self.tasks) and self.committed < self.begun and not self.stopped:
                self.changed.wait()
            if self.stopped or self.begun == len(self.tasks):
                return None
            self.begun += 1
            return self.begun - 1

    def keep(self, index, value):
        """Called with what a committed task has returned."""

    def commit(self, index, added):
        """Counts a committed task and takes over what it has added, in the order of the numbers."""
        with self.changed:
            self.executed += 1
            self.done[index] = added
            while (added := self.done.pop(self.committed, None)) is not None:
                self.tasks[self.committed] = None
                (self.tasks if self.follow else self.later).extend(added)
                self.committed += 1
            self.changed.notify_all()

    def left(self):
        return [task for task in (*self.tasks, *self.later) if task is not None]


class _MapRun(_OrderedRun):
    """An ordered run that keeps what the tasks return."""

    def deal(self, tasks):
        super().deal(tasks)
        self.values = [None] * len(tasks)

    def keep(self, index, value):
        self.values[index] = value


def map(function, iterable, /, *iterables, threads=None):
    """The list of `function(*items)` over the items of the iterables, as many calls at a time as there are cores.

    Each call is one transaction, and they commit in order: the result, the effects and the printed lines are those of
    the plain loop. The first exception, in that order, ends it. Not inside a transaction.
    """
    if is_atomic():
        raise TransactionError("transaction.map() inside a transaction")
    tasks = [(function, items, {}) for items in zip(iterable, *iterables)]
    run = _MapRun(tasks, worker_count(threads), threading.local(), follow=False)
    run.start()
    return run.values


_tasks = TransactionQueue()


def add_task(function, /, *args, **kwargs):
    """Adds the task `function(*args, **kwargs)` to the queue of the process; what a task adds counts at its commit."""
    _tasks.add(function, *args, **kwargs)


def run_tasks(threads=None):
    """Runs one round: the tasks that have been added so far, in any order, each as one transaction.

    What they add waits for the next round. Returns how many ran, so that `while run_tasks(): ...` goes through all
    rounds. Exceptions are as in `TransactionQueue.run`.
    """
    return _tasks._run(threads, follow=False)


def run_all_tasks(threads=None):
    """Runs the tasks that have been added, and those that they add, until none is left. Returns how many ran."""
    return _tasks._run(threads, follow=True)
