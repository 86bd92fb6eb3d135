import threading

results = []


def work(a, b=0, *, c=0):
    results.append((a, b, c))


t = threading.Thread(target=work, args=(1, 2), kwargs={"c": 3})
print(t.is_alive(), t.ident, t.native_id, t.daemon)
t.start()
t.join()
print(results, t.is_alive(), type(t.ident), type(t.native_id))
t.join()


class Own(threading.Thread):
    def __init__(self, n):
        super().__init__()
        self.n = n

    def run(self):
        self.result = self.n * self.n


threads = [Own(i) for i in range(10)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print([t.result for t in threads])
print(len({t.name for t in threads}))

# No target: nothing to do.
t = threading.Thread()
t.start()
t.join()

for wrong in (lambda: t.start(), lambda: threading.Thread().join(), lambda: threading.current_thread().join()):
    try:
        wrong()
    except RuntimeError as e:
        print(e)
try:
    threading.Thread(group=1)
except AssertionError as e:
    print(e)


class NoInit(threading.Thread):
    def __init__(self):
        pass


for method in ("start", "join", "is_alive"):
    try:
        getattr(NoInit(), method)()
    except (RuntimeError, AssertionError) as e:
        print(type(e).__name__, e)
