import queue
import threading

q = queue.SimpleQueue()
print(q.empty(), q.qsize())
for wrong in (
    lambda: q.get(False),
    lambda: q.get_nowait(),
    lambda: q.get(timeout=0.01),
    lambda: q.get(timeout=-1),
    lambda: q.get(timeout="x"),
):
    try:
        wrong()
    except (queue.Empty, ValueError, TypeError) as e:
        print(type(e).__name__, e)
results = [[] for _ in range(3)]


def consume(mine):
    while (item := q.get()) is not None:
        mine.append(item)


def produce(n):
    for i in range(200):
        q.put((n, i))


consumers = [threading.Thread(target=consume, args=(r,)) for r in results]
producers = [threading.Thread(target=produce, args=(n,)) for n in range(4)]
for t in consumers + producers:
    t.start()
for t in producers:
    t.join()
for _ in consumers:
    q.put(None)
for t in consumers:
    t.join()
print(sorted(sum(results, [])) == [(n, i) for n in range(4) for i in range(200)])
# Each consumer sees the items of one producer in order.
print(all([i for n, i in mine if n == k] == sorted(i for n, i in mine if n == k) for mine in results for k in range(4)))
threading.Timer(0.02, q.put, ["late"]).start()
print(q.get(timeout=10), q.empty())
