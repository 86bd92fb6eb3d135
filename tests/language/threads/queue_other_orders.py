import queue
import threading

for kind in (queue.LifoQueue, queue.PriorityQueue):
    q = kind()
    threads = [threading.Thread(target=lambda n=n: [q.put(n * 10 + i) for i in range(10)]) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    got = [q.get() for _ in range(40)]
    print(kind.__name__, sorted(got) == list(range(40)), got == sorted(got) if kind is queue.PriorityQueue else None)
    # Those of one thread come in order.
    if kind is queue.LifoQueue:
        print(all([x for x in got if x // 10 == n] == list(range(n * 10 + 9, n * 10 - 1, -1)) for n in range(4)))
    try:
        q.get_nowait()
    except queue.Empty:
        print("empty")
q = queue.PriorityQueue(2)
for item in ((3, "c"), (1, "a")):
    q.put(item)
putting = threading.Thread(target=lambda: q.put((2, "b")))
putting.start()
first = q.get()
putting.join()
print(first, q.get(), q.get())
