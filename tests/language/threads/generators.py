import threading


def numbers():
    yield 1
    entered.set()
    go.wait()
    yield 2


entered, go = threading.Event(), threading.Event()
g = numbers()
print(next(g))
got = []
t = threading.Thread(target=lambda: got.append(next(g)))
t.start()
entered.wait()
try:
    next(g)
except ValueError as e:
    print(e)
go.set()
t.join()
print(got, list(g))


# A generator may wander from thread to thread.
def count():
    for i in range(6):
        yield i


g = count()
got = []
for _ in range(3):
    t = threading.Thread(target=lambda: got.extend([next(g), next(g)]))
    t.start()
    t.join()
print(got, next(g, "end"))
