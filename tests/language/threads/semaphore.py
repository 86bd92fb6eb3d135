import threading

semaphore = threading.Semaphore(2)
print(semaphore.acquire(), semaphore.acquire(), semaphore.acquire(False), semaphore.acquire(timeout=0.01))
semaphore.release(2)
with semaphore:
    print(semaphore.acquire(blocking=False), semaphore.acquire(blocking=False))
    semaphore.release()
inside = most = 0
lock = threading.Lock()
semaphore = threading.Semaphore(3)


def work():
    global inside, most
    for _ in range(200):
        with semaphore:
            with lock:
                inside += 1
                most = max(most, inside)
            with lock:
                inside -= 1


threads = [threading.Thread(target=work) for _ in range(8)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(inside, most <= 3)
bounded = threading.BoundedSemaphore(1)
try:
    bounded.release()
except ValueError as e:
    print(e)
with bounded:
    print(bounded.acquire(False))
for wrong in (
    lambda: threading.Semaphore(-1),
    lambda: semaphore.release(0),
    lambda: semaphore.acquire(False, 1),
    lambda: bounded.release(2),
):
    try:
        wrong()
    except ValueError as e:
        print(e)
