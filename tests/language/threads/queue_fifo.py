import queue
import threading

q = queue.Queue(3)
results = []


def produce(n):
    for i in range(50):
        q.put((n, i))


def consume():
    while True:
        item = q.get()
        if item is None:
            break
        results.append(item)
        q.task_done()


producers = [threading.Thread(target=produce, args=(n,)) for n in range(4)]
consumers = [threading.Thread(target=consume) for _ in range(3)]
for t in producers + consumers:
    t.start()
for t in producers:
    t.join()
q.join()
for _ in consumers:
    q.put(None)
for t in consumers:
    t.join()
print(sorted(results) == [(n, i) for n in range(4) for i in range(50)], q.qsize(), q.empty())

# One producer and one consumer: the order is kept.
results.clear()
producer = threading.Thread(target=lambda: (produce(9), q.put(None)))
producer.start()
consume()
producer.join()
print(results == [(9, i) for i in range(50)])
q = queue.Queue(1)
q.put(1)
for wrong in (
    lambda: q.put(2, False),
    lambda: q.put(2, timeout=0.01),
    lambda: q.put_nowait(2),
    lambda: q.get() and q.get(False),
    lambda: q.get(timeout=0.01),
    lambda: q.get(timeout=-1),
    lambda: q.put(2, timeout=-1),
    lambda: q.task_done() or q.task_done(),
):
    try:
        print(wrong())
    except (queue.Full, queue.Empty, ValueError) as e:
        print(type(e).__name__, e)
print(q.full(), q.maxsize)
