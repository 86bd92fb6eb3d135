class CM:
    def __init__(self, swallow=False): self.swallow = swallow
    async def __aenter__(self): print('enter'); return 'value'
    async def __aexit__(self, t, v, tb): print('exit', t and t.__name__, v); return self.swallow
async def f():
    async with CM() as v, CM(True) as w:
        print(v, w)
        raise ValueError('x')
    print('swallowed')
    try:
        async with CM(): 1 / 0
    except ZeroDivisionError: print('passed on')
    async with CM(): return 'ret'
try: f().send(None)
except StopIteration as e: print(e.value)
async def g():
    async with 5: pass
try: g().send(None)
except TypeError as e: print(e)
