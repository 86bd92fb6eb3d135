class Aw:
    def __init__(self, v): self.v = v
    def __await__(self):
        r = yield self.v
        return ('got', r)
async def inner(): return await Aw('first'), await Aw('second')
async def outer():
    r = await inner()
    return 'outer', r
c = outer()
print(c.send(None), c.send('A'))
try: c.send('B')
except StopIteration as e: print(e.value)
