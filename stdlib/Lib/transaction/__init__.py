"""Transactions: blocks of code that run as if nothing else ran at the same time.

    with transaction.atomic:
        source.balance -= amount
        target.balance += amount

No other thread sees anything between the two lines. An exception that leaves the block undoes it. What exactly is
undone, and what happens with locks, files and threads inside a block, is in docs/transactions.md.

Blocks        atomic, is_atomic, on_commit, on_abort, become_inevitable, TransactionError
Waiting       retry, check, wait_until, or_else
Tasks         TransactionQueue, add_task, run_tasks, run_all_tasks, map
Collections   stmdict, stmset, stmiddict, stmidset, queue, Empty, threadlocalproperty
Reports       stats
PyPy-STM      hint_commit_soon, time, clock
"""

from time import process_time as clock, time

from _transaction import (
    TransactionError,
    atomic,
    become_inevitable,
    is_atomic,
    on_abort,
    on_commit,
    retry,
    stats,
)

from transaction._collections import stmdict, stmiddict, stmidset, stmset
from transaction._local import threadlocalproperty
from transaction._queue import Empty, queue
from transaction._tasks import TransactionQueue, add_task, map, run_all_tasks, run_tasks
from transaction._waiting import check, or_else, wait_until

__all__ = [
    "Empty",
    "TransactionError",
    "TransactionQueue",
    "add_task",
    "atomic",
    "become_inevitable",
    "check",
    "clock",
    "hint_commit_soon",
    "is_atomic",
    "map",
    "on_abort",
    "on_commit",
    "or_else",
    "queue",
    "retry",
    "run_all_tasks",
    "run_tasks",
    "stats",
    "stmdict",
    "stmiddict",
    "stmidset",
    "stmset",
    "threadlocalproperty",
    "time",
    "wait_until",
]


def hint_commit_soon():
    """Does nothing. In PyPy-STM it ends the implicit transaction, which here is never longer than one instruction."""
