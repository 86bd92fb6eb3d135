class Scheduler:
    def __init__(self): self.now, self.queue, self.seq = 0, [], 0
    def at(self, delay, f, *a):
        self.queue.append((self.now + delay, self.seq, f, a)); self.seq += 1
        self.queue.sort(key=lambda e: e[:2])
    def run(self):
        while self.queue:
            self.now, _, f, a = self.queue.pop(0)
            f(*a)
s = Scheduler()
def tick(name, n):
    print(s.now, name, n)
    if n: s.at(2, tick, name, n - 1)
s.at(1, tick, 'a', 2); s.at(0, tick, 'b', 1); s.at(1, lambda: print(s.now, 'once'))
s.run()
