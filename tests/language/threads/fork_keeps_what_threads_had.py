# A child has no other threads, but what they alone had is neither closed nor finalised there a second time.
import gc
import os
import sys
import tempfile
import threading
import warnings
import weakref

warnings.simplefilter("ignore", DeprecationWarning)
finalised = []


class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        finalised.append(self.name)


def has(path, found, done):
    local = Thing("local")
    young.append(weakref.ref(local))
    file = open(path, "w")
    file.write("once")
    shared["thing"] = Thing("shared")
    found.set()
    done.wait()
    file.close()


young, shared = [], {}
found, done = threading.Event(), threading.Event()
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "file")
    thread = threading.Thread(target=has, args=(path, found, done))
    thread.start()
    found.wait()
    pid = os.fork()
    if pid == 0:
        gc.collect()
        others = [[i] for i in range(20000)]
        gc.collect()
        print("child:", finalised, young[0]() is not None, os.path.getsize(path))
        # What belonged to the thread can be taken by who is left.
        shared["thing"].name += " and taken"
        print("child:", shared["thing"].name)
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(pid, 0)
    done.set()
    thread.join()
    with open(path) as file:
        print("parent:", file.read())
shared.clear()
gc.collect()
print("parent:", sorted(finalised))
