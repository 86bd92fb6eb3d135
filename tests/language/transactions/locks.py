"""Locks in blocks."""

import threading
import time

import transaction

atomic = transaction.atomic


class Undo(Exception):
    pass


lock, other = threading.Lock(), threading.RLock()
with atomic:
    lock.acquire()
    with other:
        pass
print(lock.locked(), other.locked())
with atomic:
    lock.release()
    print(lock.locked(), lock.acquire(blocking=False), lock.acquire(blocking=False))
    lock.release()
print(lock.locked())

# A lock that is held is waited for; the block is undone meanwhile, so its holder gets what it needs.
log, attempts = [], []


def holder():
    with lock:
        ready.set()
        time.sleep(0.05)
        log.append("holder")


ready = threading.Event()
thread = threading.Thread(target=holder)
thread.start()
ready.wait()
with atomic:
    transaction.on_abort(lambda: attempts.append(transaction.is_atomic()))
    log.append("block")
    with lock:
        pass
thread.join()
print(log, attempts)

# With a timeout.
lock.acquire()
for timed in (lambda: lock.acquire(timeout=0.05), lambda: lock.acquire(blocking=False)):
    start = time.monotonic()
    with atomic:
        got = timed()
    print(got, time.monotonic() - start < 10)
lock.release()

# Nobody else sees that a block holds a lock before it commits, nor gets it.
seen = []


def try_it():
    seen.append(lock.acquire(timeout=30))
    lock.release()


with atomic:
    lock.acquire()
    transaction.on_commit(lambda: None)
    lock.release()
thread = threading.Thread(target=try_it)
thread.start()
thread.join()
print(seen)

# Waiting for others.
event, condition, items = threading.Event(), threading.Condition(), []
results = []


def wait_in_block():
    with atomic:
        results.append(event.wait())
    with atomic:
        with condition:
            while not items:
                condition.wait()
            results.append(items.pop())


thread = threading.Thread(target=wait_in_block)
thread.start()
time.sleep(0.02)
event.set()
time.sleep(0.02)
with condition:
    items.append("item")
    condition.notify()
thread.join()
print(results)
with atomic:
    print(threading.Event().wait(0.02))

# Joining a thread is waiting, too.
box = []
thread = threading.Thread(target=lambda: (time.sleep(0.02), box.append(1)))
thread.start()
with atomic:
    thread.join()
    print(box, thread.is_alive())
slow = threading.Thread(target=time.sleep, args=(0.3,))
slow.start()
with atomic:
    slow.join(0.02)
    print(slow.is_alive())
slow.join()
