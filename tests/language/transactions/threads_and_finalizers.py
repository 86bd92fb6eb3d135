"""Threads start, and finalisers run, when a block is over."""

import gc
import threading
import weakref

import transaction

atomic = transaction.atomic


class Undo(Exception):
    pass


seen = []
with atomic:
    thread = threading.Thread(target=lambda: seen.append(transaction.is_atomic()))
    thread.start()
    for _ in range(1000):
        assert not seen
    try:
        thread.join()
    except transaction.TransactionError as error:
        print(error)
    transaction.on_commit(lambda: print("committed"))
thread.join()
print(seen)

thread = threading.Thread(target=lambda: seen.append("started"))
try:
    with atomic:
        thread.start()
        raise Undo
except Undo:
    print(thread.is_alive(), threading.active_count())
thread.start()
thread.join()
print(seen)

with atomic:
    try:
        with atomic:
            threading.Thread(target=lambda: seen.append("inner")).start()
            raise Undo
    except Undo:
        pass
print(seen, threading.active_count())


class Dies:
    def __del__(self):
        ended.append(("del", transaction.is_atomic()))


ended = []
with atomic:
    thing = Dies()
    reference = weakref.ref(thing, lambda _: ended.append(("callback", transaction.is_atomic())))
    del thing
    gc.collect()
    print(ended)
for _ in range(10):
    pass
gc.collect()
print(sorted(ended))
try:
    with atomic:
        Dies()
        gc.collect()
        raise Undo
except Undo:
    gc.collect()
print(len(ended))
