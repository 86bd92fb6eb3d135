async def f(): raise StopIteration('x')
try: f().send(None)
except RuntimeError as e: print(e)
async def g():
    yield 1
    raise StopAsyncIteration
async def h():
    async for _ in g(): pass
try: h().send(None)
except RuntimeError as e: print(e)
