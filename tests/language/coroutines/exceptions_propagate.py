async def a(): raise KeyError('deep')
async def b():
    try: await a()
    except KeyError as e: raise ValueError('wrapped') from e
async def c():
    try: await b()
    except ValueError as e: return repr(e), repr(e.__cause__)
try: c().send(None)
except StopIteration as e: print(e.value)
