class Aw:
    def __await__(self): yield 1
async def f(): await Aw()
c = f()
print(c.cr_running, c.cr_await, c.cr_code.co_name, c.__qualname__, c.cr_suspended)
c.send(None); print(c.cr_await is not None, c.cr_suspended); c.close(); print(c.cr_frame)
async def ag(): yield
a = ag(); print(a.ag_running, a.ag_frame is not None, a.ag_code.co_name, a.ag_await)
