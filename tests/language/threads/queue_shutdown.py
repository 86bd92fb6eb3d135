import queue
import threading

q = queue.Queue()
for i in range(3):
    q.put(i)
q.shutdown()
try:
    q.put(4)
except queue.ShutDown as e:
    print("put", repr(e))
print(q.get(), q.get(), q.get())
try:
    q.get()
except queue.ShutDown:
    print("get")
outcome = []


def wait(q):
    try:
        q.get()
    except queue.ShutDown:
        outcome.append("shut down")


q = queue.Queue()
threads = [threading.Thread(target=wait, args=(q,)) for _ in range(3)]
for t in threads:
    t.start()
q.shutdown()
for t in threads:
    t.join()
print(outcome)


def fill(q):
    try:
        q.put(2)
    except queue.ShutDown:
        outcome.append("no more")


q = queue.Queue(1)
q.put(1)
t = threading.Thread(target=fill, args=(q,))
t.start()
q.shutdown(immediate=True)
t.join()
print(outcome, q.qsize())
q.join()
try:
    q.get_nowait()
except queue.ShutDown:
    print("immediately")
