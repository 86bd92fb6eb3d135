import threading

order = []
barrier = threading.Barrier(3, action=lambda: order.append("all here"))
indexes = []


def work():
    for _ in range(3):
        indexes.append(barrier.wait())


threads = [threading.Thread(target=work) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(order, sorted(indexes), barrier.parties, barrier.n_waiting, barrier.broken)

# Aborting breaks it for those who wait.
outcome = []


def work():
    try:
        barrier.wait()
    except threading.BrokenBarrierError:
        outcome.append("broken")


threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads:
    t.start()
while barrier.n_waiting < 2:
    pass
barrier.abort()
for t in threads:
    t.join()
print(outcome, barrier.broken)
try:
    barrier.wait()
except threading.BrokenBarrierError as e:
    print(repr(e))
barrier.reset()
print(barrier.broken)
try:
    barrier.wait(0.01)
except threading.BrokenBarrierError as e:
    print("timed out", barrier.broken)


def fail():
    raise KeyError("action")


barrier = threading.Barrier(1, fail)
try:
    barrier.wait()
except KeyError as e:
    print(e, barrier.broken)
try:
    threading.Barrier(0)
except ValueError as e:
    print(e)
