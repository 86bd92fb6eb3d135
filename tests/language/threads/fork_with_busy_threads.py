import gc
import os
import queue
import signal
import threading
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
stopped = False
lock = threading.Lock()
tasks = queue.Queue(2)


def locks():
    while not stopped:
        with lock:
            pass


def allocates():
    while not stopped:
        [[str(i)] for i in range(1000)]


def moves(move):
    while not stopped:
        try:
            move()
        except (queue.Full, queue.Empty):
            pass


def starts():
    while not stopped:
        t = threading.Thread(target=int)
        t.start()
        t.join()


def works():
    # Another thread of the parent may have had the old one.
    lock, done = threading.Lock(), []

    def work():
        with lock:
            done.append([[i] for i in range(1000)])

    threads = [threading.Thread(target=work) for _ in range(3)]
    for t in threads:
        t.start()
    gc.collect()
    for t in threads:
        t.join()
    return len(done) == 3


threads = [threading.Thread(target=f) for f in (locks, locks, allocates, allocates, starts)]
threads.append(threading.Thread(target=moves, args=(lambda: tasks.put(1, timeout=0.01),)))
threads.append(threading.Thread(target=moves, args=(lambda: tasks.get(timeout=0.01),)))
for t in threads:
    t.start()
codes = set()
for _ in range(15):
    pid = os.fork()
    if pid == 0:
        signal.alarm(10)
        os._exit(0 if works() else 1)
    codes.add(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
stopped = True
for t in threads:
    t.join()
print(codes)
