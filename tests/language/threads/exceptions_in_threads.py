import sys
import threading
import traceback

results = {}


def inner(n):
    if n == 0:
        raise ValueError("deep")
    inner(n - 1)


def work(name):
    try:
        inner(3)
    except ValueError as e:
        results[name] = [f.name for f in traceback.extract_tb(e.__traceback__)]
        # The handled exception is each thread's own.
        barrier.wait()
        results[name].append(sys.exception() is e)
    results[name].append(sys.exception())


barrier = threading.Barrier(3)
threads = [threading.Thread(target=work, args=(n,)) for n in "abc"]
for t in threads:
    t.start()
for t in threads:
    t.join()
for name in "abc":
    print(name, results[name])


def recurse():
    recurse()


def work():
    try:
        recurse()
    except RecursionError as e:
        results["recursion"] = str(e)


t = threading.Thread(target=work)
t.start()
t.join()
print(results["recursion"])
