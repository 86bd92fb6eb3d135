class A:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if self.n == 0: raise StopAsyncIteration
        self.n -= 1
        return self.n
async def f():
    async for x in A(3):
        if x == 1: continue
        print(x)
    else: print('else')
    print([x async for x in A(3)], {x async for x in A(2)}, {x: 1 async for x in A(1) if True})
    async for x in A(5): break
    print('broke', x)
try: f().send(None)
except StopIteration: print('done')
