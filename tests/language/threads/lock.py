import threading

lock = threading.Lock()
print(lock.locked(), lock.acquire(), lock.locked(), lock.acquire(False), lock.acquire(timeout=0.01))
lock.release()
print(lock.locked())
try:
    lock.release()
except RuntimeError as e:
    print(e)
with lock as held:
    print(held, lock.locked())
print(lock.locked())
try:
    with lock:
        1 / 0
except ZeroDivisionError:
    print(lock.locked())
for wrong in (
    lambda: lock.acquire(timeout=-2),
    lambda: lock.acquire(False, 1),
    lambda: lock.acquire(True, 1e100),
    lambda: lock.acquire(True, float("nan")),
    lambda: lock.acquire(True, "x"),
):
    try:
        wrong()
    except (ValueError, OverflowError, TypeError) as e:
        print(type(e).__name__, e)
print(lock.locked(), threading.TIMEOUT_MAX > 1e6)

# Another thread may release it.
lock.acquire()
threading.Timer(0.01, lock.release).start()
print(lock.acquire())
lock.release()

# It excludes.
counter = 0
inside = 0
most = 0


def work():
    global counter, inside, most
    for _ in range(2000):
        with lock:
            inside += 1
            most = max(most, inside)
            counter += 1
            inside -= 1


threads = [threading.Thread(target=work) for _ in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(counter, most)
