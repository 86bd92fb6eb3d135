def f(a, b, /, c, *args, d, **kw):
    x = 1
    return x + a
c = f.__code__
print(c.co_name, c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_varnames, c.co_nlocals, c.co_firstlineno)
print(c.co_flags & 0x04 != 0, c.co_flags & 0x08 != 0, c.co_freevars, c.co_cellvars, c.co_qualname)
