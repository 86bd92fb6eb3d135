async def ag():
    yield 1
    yield 2
def run(aw):
    try:
        while True: aw.send(None)
    except StopIteration as e: return e.value
async def f():
    it = aiter(ag())
    return await anext(it), await anext(it), await anext(it, 'default')
print(run(f()))
for g in (lambda: aiter(5), lambda: anext(5)):
    try: g()
    except TypeError as e: print(e)
