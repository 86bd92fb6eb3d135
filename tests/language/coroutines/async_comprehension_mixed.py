class Aw:
    def __init__(self, v): self.v = v
    def __await__(self): yield; return self.v
async def f():
    return [await Aw(x) for x in range(3)], {k: await Aw(k) for k in 'ab'}, [y for x in [1, 2] for y in [await Aw(x)]]
c = f()
n = 0
while True:
    try: c.send(None); n += 1
    except StopIteration as e: print(n, e.value); break
