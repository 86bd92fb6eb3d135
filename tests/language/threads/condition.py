import threading

condition = threading.Condition()
items = []
taken = []


def consume():
    for _ in range(5):
        with condition:
            condition.wait_for(lambda: items)
            taken.append(items.pop())


threads = [threading.Thread(target=consume) for _ in range(4)]
for t in threads:
    t.start()
for i in range(20):
    with condition:
        items.append(i)
        condition.notify()
for t in threads:
    t.join()
print(sorted(taken), items)

with condition:
    print(condition.wait(0.01), condition.wait_for(lambda: False, 0.01), condition.wait_for(lambda: "yes"))
for method in (condition.wait, condition.notify, condition.notify_all):
    try:
        method()
    except RuntimeError as e:
        print(e)

# notify_all wakes everyone.
woken = []
ready = threading.Semaphore(0)


def wait():
    with condition:
        ready.release()
        condition.wait()
        woken.append(1)


threads = [threading.Thread(target=wait) for _ in range(5)]
for t in threads:
    t.start()
for _ in threads:
    ready.acquire()
with condition:
    condition.notify_all()
for t in threads:
    t.join()
print(len(woken))

# Over a plain lock, and over a lock taken several times.
for lock in (threading.Lock(), threading.RLock()):
    condition = threading.Condition(lock)
    state = []

    def work():
        with condition:
            state.append("told")
            condition.notify()

    with condition:
        if hasattr(lock, "_recursion_count"):
            condition.acquire()
        threading.Thread(target=work).start()
        print(condition.wait_for(lambda: state, 10))
        if hasattr(lock, "_recursion_count"):
            condition.release()
