with a, b as c: pass
with (a, b as c,): pass
with (a, b): pass
with (a, b) as c: pass
with (a), (b): pass
with (yield): pass
async def f():
    async with a: pass
