import threading

data = threading.local()
data.x = "main"
seen = []


def work(n):
    seen.append(hasattr(data, "x"))
    data.x = n
    data.y = n * 2
    barrier.wait()
    seen.append((data.x, data.y, sorted(data.__dict__)))


barrier = threading.Barrier(4)
threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(seen, key=str))
print(data.x, hasattr(data, "y"), data.__dict__)
del data.x
for wrong in (
    lambda: data.x,
    lambda: delattr(data, "x"),
    lambda: setattr(data, "__dict__", {}),
    lambda: delattr(data, "__dict__"),
    lambda: threading.local(1),
):
    try:
        wrong()
    except (AttributeError, TypeError) as e:
        print(type(e).__name__, e)
