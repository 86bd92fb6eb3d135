import threading

lock = threading.RLock()
print(lock.acquire(), lock.acquire(), lock._is_owned(), lock._recursion_count(), lock.locked())
seen = []


def other():
    seen.append(lock.acquire(False))
    seen.append(lock._is_owned())
    seen.append(lock._recursion_count())
    seen.append(lock.acquire(timeout=0.01))
    try:
        lock.release()
    except RuntimeError as e:
        seen.append(str(e))


def in_thread(target):
    t = threading.Thread(target=target)
    t.start()
    t.join()


in_thread(other)
print(seen)
lock.release()
lock.release()
try:
    lock.release()
except RuntimeError as e:
    print(e)
print(lock._is_owned(), lock.locked())


def other():
    with lock:
        with lock:
            seen.append(lock._recursion_count())


seen.clear()
in_thread(other)
print(seen, lock.acquire(False))
lock.release()
counter = 0


def work():
    global counter
    for _ in range(1000):
        with lock, lock:
            counter += 1


threads = [threading.Thread(target=work) for _ in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(counter)
print(threading._PyRLock().acquire())
