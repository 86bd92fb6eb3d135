def g(n): yield from g(n + 1)
def h(): return list(h2())
def h2():
    yield h()
async def c(): await c()
for f in (lambda: list(g(0)), h, lambda: c().send(None)):
    try: f()
    except RecursionError: print('RecursionError')
