class Sleep:
    def __init__(self, n): self.n = n
    def __await__(self):
        for i in range(self.n): yield i
log = []
async def task(name, n):
    for i in range(n):
        log.append((name, i))
        await Sleep(1)
    return name
tasks = [task('a', 2), task('b', 3)]
results = []
while tasks:
    t = tasks.pop(0)
    try: t.send(None); tasks.append(t)
    except StopIteration as e: results.append(e.value)
print(log, results)
