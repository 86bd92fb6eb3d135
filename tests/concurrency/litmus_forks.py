"""`os.fork` while other threads are busy in every way: the child has one thread and everything works."""

import contextlib
import gc
import os
import queue
import signal
import threading
import time
import warnings

from _litmus import litmus

warnings.simplefilter("ignore", DeprecationWarning)
# Seconds after which a child counts as hung.
PATIENCE = 30


class Work:
    """What threads do until `stopped` is set."""

    def __init__(self):
        self.stopped = False
        self.lock, self.rlock, self.condition = threading.Lock(), threading.RLock(), threading.Condition()
        self.fifo, self.simple, self.items = queue.Queue(8), queue.SimpleQueue(), []

    def locks(self):
        with self.lock, self.rlock:
            self.items.append(len(self.items))
        with self.rlock:
            self.items.clear()

    def puts(self):
        with contextlib.suppress(queue.Full):
            self.fifo.put(1, timeout=0.01)
        self.simple.put(1)

    def gets(self):
        with contextlib.suppress(queue.Empty):
            self.fifo.get(timeout=0.01)
        with contextlib.suppress(queue.Empty):
            self.simple.get(timeout=0.01)

    def waits(self):
        with self.condition:
            self.condition.wait(0.001)
            self.condition.notify()

    def allocates(self):
        self.kept = [[{str(i): [i]} for i in range(50)] for _ in range(20)]

    def shares(self):
        self.items.append(1)
        self.items.pop()

    def starts(self):
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()

    def writes(self):
        with open(os.devnull, "w") as file:
            for _ in range(50):
                print("x" * 100, file=file, flush=True)

    def sleeps(self):
        time.sleep(0.0005)

    def collects(self):
        gc.collect()
        time.sleep(0.01)

    def forever(self, step):
        while not self.stopped:
            # Another thread may have emptied the list.
            with contextlib.suppress(IndexError):
                step()


def works():
    """What a child does: memory, threads, locks and queues of its own. Whether all went well."""
    objects = [[i] for i in range(3000)]
    gc.collect()
    done, lock, tasks = [], threading.Lock(), queue.Queue(2)

    def run():
        for i in range(20):
            tasks.put(i)
            with lock:
                done.append(i)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(40):
        tasks.get()
    for thread in threads:
        thread.join()
    return len(done) == 40 and objects[-1] == [2999] and threading.active_count() == 1


def fork_and_work():
    """The exit code of a child that works."""
    process = os.fork()
    if process == 0:
        signal.alarm(PATIENCE)
        code = 1
        try:
            code = 0 if works() else 2
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


@litmus(share=0.02)
def children_of_busy_threads_work(rounds, threads):
    work = Work()
    kinds = [work.locks, work.locks, work.puts, work.gets, work.waits, work.waits, work.allocates, work.allocates]
    kinds += [work.shares, work.shares, work.starts, work.starts, work.writes, work.sleeps, work.collects]
    busy = [threading.Thread(target=work.forever, args=(step,)) for step in kinds]
    for thread in busy:
        thread.start()
    try:
        for _ in range(rounds):
            code = fork_and_work()
            assert code == 0, f"a child ended with {code}"
    finally:
        work.stopped = True
        for thread in busy:
            thread.join()
