import gc
import threading
import weakref


class Thing:
    def __del__(self):
        died.append(self.n)


died = []


def work(n):
    for i in range(50):
        thing = Thing()
        thing.n = (n, i)
        thing.me = thing


threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
gc.collect()
print(len(died), len(set(died)))
# A weak reference across threads.
thing = Thing()
thing.n = "last"
reference = weakref.ref(thing, lambda r: died.append("callback"))
seen = []
t = threading.Thread(target=lambda: seen.append(reference() is thing))
t.start()
t.join()
print(seen)
del thing
t = threading.Thread(target=gc.collect)
t.start()
t.join()
gc.collect()
print(reference(), sorted(died[200:]))
