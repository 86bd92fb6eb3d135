import os
import threading
import time
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
stop = threading.Event()
threads = [threading.Thread(target=stop.wait) for _ in range(3)]
for t in threads:
    t.start()
lock = threading.Lock()
# The others wait when the process forks.
time.sleep(0.1)
pid = os.fork()
if pid == 0:
    # Only the calling thread goes on in the child, as its main thread.
    alive = [t.is_alive() for t in threads]
    ok = alive == [False] * 3 and threading.active_count() == 1
    ok = ok and threading.current_thread() is threading.main_thread() and lock.acquire(False)
    for t in threads:
        t.join()
    done = []
    t = threading.Thread(target=done.append, args=(1,))
    t.start()
    t.join()
    os._exit(0 if ok and done == [1] else 1)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
print([t.is_alive() for t in threads])
stop.set()
for t in threads:
    t.join()
codes = []


def work():
    time.sleep(0.1)
    pid = os.fork()
    if pid == 0:
        os._exit(0 if threading.current_thread() is threading.main_thread() else 1)
    codes.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


t = threading.Thread(target=work)
t.start()
t.join()
print(codes)
