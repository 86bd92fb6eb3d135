import queue
import threading


def show(*calls):
    for call in calls:
        try:
            print(call())
        except Exception as e:
            print(type(e).__name__, e)


q = queue.SimpleQueue()
print(q.empty(), q.qsize(), queue.SimpleQueue[int], queue.SimpleQueue is queue._PySimpleQueue)
for item in range(40):
    q.put(item)
q.put_nowait('last')
print([q.get() for _ in range(40)], q.qsize(), q.get_nowait(), q.empty())
show(q.get_nowait, lambda: q.get(False), lambda: q.get(timeout=0.01), lambda: q.get(timeout=-1), lambda: q.get(False, -1),
     lambda: q.get(timeout='x'), lambda: q.get(timeout=1e30), lambda: q.get(timeout=float('nan')))
q.put(1, False, 5)
print(q.get(timeout=1.5), issubclass(queue.Empty, Exception), queue.Empty.__module__)


class Named(queue.SimpleQueue):
    pass


named = Named()
named.name = 'mine'
named.put(named)
print(named.get().name)
for kind in (queue.Queue, queue.LifoQueue, queue.PriorityQueue):
    q = kind(3)
    for item in (2, 1, 3):
        q.put(item)
    show(lambda: q.put_nowait(4), lambda: [q.get() for _ in range(3)], q.get_nowait, lambda: q.get(timeout=0.01))
    q.shutdown()
    show(lambda: q.put(1), q.get)
