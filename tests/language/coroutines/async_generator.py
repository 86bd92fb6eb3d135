async def ag(n):
    for i in range(n):
        r = yield i
        if r: print('sent', r)
def run(aw):
    try: aw.send(None)
    except StopIteration as e: return e.value
a = ag(3)
print(type(a).__name__, run(a.__anext__()), run(a.asend('hello')), run(a.__anext__()))
try: a.__anext__().send(None)
except StopAsyncIteration as e: print(type(e).__name__)
async def collect(): return [x async for x in ag(3)], [x * y async for x in ag(3) for y in (1, 10)]
print(run(collect()))
