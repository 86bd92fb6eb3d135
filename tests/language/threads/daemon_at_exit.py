"""While the interpreter ends, daemon threads do nothing any more, and locks that they hold matter to nobody."""

import atexit
import threading


def count():
    with lock:
        while True:
            state[0] += 1
            if state[0] == 1000:
                started.set()


lock, state, started = threading.Lock(), [0], threading.Event()
threading.Thread(target=count, daemon=True).start()
started.wait()
for _ in range(3):
    threading.Thread(target=lock.acquire, daemon=True).start()
atexit.register(lambda: print("threads still run:", threading.active_count()))
print("end")
