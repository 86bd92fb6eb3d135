async def f(a):
    async with a as b, a:
        return await b
    async for x in a:
        if x: break
    else:
        pass
    return [i async for i in a if await i]
async def g():
    yield 1
h = (i async for i in g())
