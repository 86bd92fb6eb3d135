import queue
q = queue.Queue(2); q.put(1); q.put(2)
try: q.put_nowait(3)
except queue.Full as e: print(repr(e))
print(q.get(), q.get(), q.empty(), q.qsize())
try: q.get_nowait()
except queue.Empty as e: print(repr(e))
p = queue.PriorityQueue(); [p.put(x) for x in (3, 1, 2)]; print([p.get() for _ in range(3)])
l = queue.LifoQueue(); l.put('a'); l.put('b'); print(l.get())
