import types
@types.coroutine
def yielder(v):
    r = yield v
    return r * 2
async def f(): return await yielder('y')
c = f()
print(c.send(None))
try: c.send(21)
except StopIteration as e: print(e.value)
