import _thread
import os
import queue
import select
import signal
import threading
import time

# Who runs this may ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
lock = threading.Lock()
lock.acquire()
stop = threading.Event()
thread = threading.Thread(target=stop.wait)
thread.start()
reader, writer = os.pipe()
condition = threading.Condition()


def wait_on_condition():
    with condition:
        condition.wait()


def read_lock():
    rlock = threading.RLock()
    t = threading.Thread(target=rlock.acquire)
    t.start()
    t.join()
    rlock.acquire()


waits = {
    "acquire": lock.acquire,
    "acquire, timeout": lambda: lock.acquire(timeout=60),
    "rlock": read_lock,
    "join": thread.join,
    "join, timeout": lambda: thread.join(60),
    "sleep": lambda: time.sleep(60),
    "queue": queue.Queue().get,
    "simple queue": queue.SimpleQueue().get,
    "event": threading.Event().wait,
    "condition": wait_on_condition,
    "semaphore": threading.Semaphore(0).acquire,
    "select": lambda: select.select([reader], [], [], 60),
    "read": lambda: os.read(reader, 1),
}
for name, wait in waits.items():
    timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    begun = time.monotonic()
    try:
        wait()
        print(name, "came back")
    except KeyboardInterrupt:
        print(name, time.monotonic() - begun < 10)
    timer.join()
timer = threading.Timer(0.05, _thread.interrupt_main)
timer.start()
try:
    while True:
        time.sleep(0.001)
except KeyboardInterrupt:
    print("interrupt_main")
timer.join()
stop.set()
thread.join()
print(lock.locked())
