import sched
import threading
import time

order = []
s = sched.scheduler(time.monotonic, time.sleep)
s.enter(0.03, 1, order.append, ["third"])
s.enter(0.01, 2, order.append, ["second"])
s.enter(0.01, 1, order.append, argument=("first",))
late = s.enter(1000, 1, order.append, ["never"])
print(len(s.queue), s.empty())
s.cancel(late)
s.run()
print(s.empty(), sorted(order) == sorted(["first", "second", "third"]), order[-1])

# Other threads may enter events while it runs.
added = threading.Event()
s.enter(0.05, 1, order.append, ["late"])


def add():
    s.enter(0, 1, lambda: (order.append("added"), added.set()))


t = threading.Thread(target=lambda: (add(), s.run(blocking=False)))
t.start()
s.run()
t.join()
print(added.wait(10), order[3:] in (["added", "late"], ["late", "added"]))
