import threading
import time
from concurrent.futures import (
    ALL_COMPLETED,
    FIRST_COMPLETED,
    FIRST_EXCEPTION,
    CancelledError,
    ThreadPoolExecutor,
    as_completed,
    wait,
)

with ThreadPoolExecutor(3) as pool:
    print(list(pool.map(pow, range(10), [2] * 10)))
    futures = [pool.submit(lambda n=n: n * n) for n in range(10)]
    print(sorted(f.result() for f in as_completed(futures)))
    done, not_done = wait(futures, return_when=ALL_COMPLETED)
    print(len(done), len(not_done))

    def fail(n):
        raise ValueError(n)

    f = pool.submit(fail, 7)
    print(repr(f.exception()), f.done(), f.running(), f.cancelled())
    try:
        f.result()
    except ValueError as e:
        print("raised", e)
    try:
        list(pool.map(fail, [1, 2]))
    except ValueError as e:
        print("map", e)
    called = threading.Event()
    f = pool.submit(len, "four")
    f.add_done_callback(lambda f: called.set())
    print(f.result(timeout=10), called.wait(10))
try:
    pool.submit(len, "")
except RuntimeError as e:
    print(e)

go, runs = threading.Event(), threading.Event()
with ThreadPoolExecutor(1) as pool:
    first, second = pool.submit(lambda: runs.set() or go.wait()), pool.submit(len, "")
    runs.wait()
    try:
        second.result(timeout=0.01)
    except TimeoutError as e:
        print("timeout", repr(e))
    print(second.cancel(), second.cancelled())
    done, not_done = wait([first, second], timeout=0.01, return_when=FIRST_COMPLETED)
    print(done == {second}, not_done == {first})
    go.set()
    try:
        second.result()
    except CancelledError as e:
        print(repr(e))
    print(first.result(), first.cancel())
    done, _ = wait([pool.submit(fail, 1)], return_when=FIRST_EXCEPTION)
    print([repr(f.exception()) for f in done])

names = []
with ThreadPoolExecutor(
    2, thread_name_prefix="mine", initializer=lambda x: names.append((threading.current_thread().name, x)), initargs=("arg",)
) as pool:
    barrier = threading.Barrier(2)
    for _ in range(2):
        pool.submit(barrier.wait)
print(sorted(names))
go, runs = threading.Event(), threading.Event()
pool = ThreadPoolExecutor(1)
running = pool.submit(lambda: runs.set() or go.wait())
runs.wait()
waiting = [pool.submit(len, "") for _ in range(3)]
pool.shutdown(wait=False, cancel_futures=True)
print([f.cancelled() for f in waiting])
go.set()
pool.shutdown()
print(running.result())
try:
    ThreadPoolExecutor(0)
except ValueError as e:
    print(e)
