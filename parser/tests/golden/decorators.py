@a
@b.c(1)
async def f(): pass
@(yield)
class A(B, metaclass=C, *D, **E): pass
