async def f(x): await x
class Bad:
    def __await__(self): return 5
class Bad2:
    def __await__(self): return [1]
for v in (5, None, [], Bad(), Bad2(), (x for x in ())):
    try: f(v).send(None)
    except TypeError as e: print(e)
async def g(): pass
c = g()
try: iter(c)
except TypeError as e: print(e)
c.close()
