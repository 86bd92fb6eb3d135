def f(a: int, b: str = 'x') -> bool: pass
print(f.__annotate__(1), callable(f.__annotate__))
def g(): pass
print(g.__annotate__, g.__annotations__)
g.__annotations__ = {'x': 1}; print(g.__annotations__, g.__annotate__)
for v in (5, 'a'):
    try: g.__annotations__ = v
    except TypeError as e: print(e)
try: f.__annotate__(99)
except NotImplementedError: print('format')
