import threading

event = threading.Event()
print(event.is_set(), event.wait(0.01), event.wait(0))
results = []
threads = [threading.Thread(target=lambda: results.append(event.wait())) for _ in range(5)]
for t in threads:
    t.start()
event.set()
for t in threads:
    t.join()
print(results, event.wait(), event.is_set())
event.clear()
print(event.is_set(), event.wait(0.001))
ping, pong = threading.Event(), threading.Event()
steps = []


def other():
    for _ in range(3):
        ping.wait()
        ping.clear()
        steps.append("pong")
        pong.set()


t = threading.Thread(target=other)
t.start()
for _ in range(3):
    steps.append("ping")
    ping.set()
    pong.wait()
    pong.clear()
t.join()
print(steps)
