import threading

total = 0
lock = threading.Lock()


def work(n):
    global total
    with lock:
        total += n


for _ in range(5):
    threads = [threading.Thread(target=work, args=(n,)) for n in range(100)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
print(total)

# A hundred that wait at once.
event = threading.Event()
count = 0


def wait():
    global count
    event.wait()
    with lock:
        count += 1


threads = [threading.Thread(target=wait) for _ in range(100)]
for t in threads:
    t.start()
print(threading.active_count())
event.set()
for t in threads:
    t.join()
print(count, threading.active_count())
