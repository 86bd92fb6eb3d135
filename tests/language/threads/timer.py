import threading

done = threading.Event()
seen = []


def work(*args, **kwargs):
    seen.append((args, kwargs))
    done.set()


t = threading.Timer(0.01, work, [1, 2], {"k": 3})
t.start()
print(done.wait(10), seen)
t.join()
t = threading.Timer(1000, work)
t.start()
t.cancel()
t.join()
print(len(seen), t.is_alive())
t = threading.Timer(0, work)
t.start()
t.join()
print(seen)
