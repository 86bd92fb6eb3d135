async def f(x): return x + 1
c = f(1)
print(type(c).__name__, c.cr_frame is not None, c.__name__)
try: c.send(None)
except StopIteration as e: print(e.value)
try: c.send(None)
except RuntimeError as e: print(e)
