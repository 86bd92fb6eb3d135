async def f(x):
    async for _ in x: pass
class NoAnext:
    def __aiter__(self): return self
class BadAnext:
    def __aiter__(self): return self
    def __anext__(self): return 5
for v in (5, [], NoAnext(), BadAnext()):
    try: f(v).send(None)
    except TypeError as e: print(e)
