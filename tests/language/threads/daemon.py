import threading
import time

seen = []


def child():
    t = threading.Thread()
    seen.append(t.daemon)


for daemon in (True, False, None):
    t = threading.Thread(target=child, daemon=daemon)
    print(t.daemon)
    t.start()
    t.join()
print(seen)
t = threading.Thread(daemon=True)
t.daemon = False
print(t.daemon)
started, stop = threading.Event(), threading.Event()


def wait():
    started.set()
    stop.wait()


t = threading.Thread(target=wait, daemon=True)
t.start()
started.wait()
try:
    t.daemon = False
except RuntimeError as e:
    print(e)
print(t.daemon, t.is_alive())


def forever():
    while True:
        sum(range(1000))


# The process ends although they still run.
threading.Thread(target=forever, daemon=True).start()
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
lock = threading.Lock()
lock.acquire()
threading.Thread(target=lock.acquire, daemon=True).start()
print("end")
