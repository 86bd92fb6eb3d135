"""on_commit and on_abort with inner blocks, and exceptions of theirs."""

import transaction

atomic = transaction.atomic


class Undo(Exception):
    pass


def fail(error):
    raise error


log = []
with atomic:
    transaction.on_commit(lambda: log.append("outer"))
    transaction.on_abort(lambda: log.append("outer undone"))
    try:
        with atomic:
            transaction.on_commit(lambda: log.append("inner"))
            transaction.on_abort(lambda: log.append(("inner undone", transaction.is_atomic())))
            raise Undo
    except Undo:
        pass
    with atomic:
        transaction.on_commit(lambda: log.append("kept"))
print(log)

log.clear()
try:
    with atomic:
        transaction.on_abort(lambda: log.append("outer undone"))
        with atomic:
            transaction.on_abort(lambda: log.append("inner undone"))
        raise Undo
except Undo:
    print(log)

log.clear()
try:
    with atomic:
        transaction.on_commit(lambda: log.append(1))
        transaction.on_commit(lambda: fail(KeyError("first")))
        transaction.on_commit(lambda: fail(ValueError("second")))
        transaction.on_commit(lambda: log.append(2))
except KeyError as error:
    print(repr(error), log)
