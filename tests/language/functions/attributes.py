def f(a: int, b: str = 'x', *, c=1) -> bool:
    "Doc."
    return True
f.custom = 5
print(f.__name__, f.__qualname__, f.__doc__, f.__module__, f.__defaults__, f.__kwdefaults__, f.__annotations__, f.__dict__)
f.__name__ = 'g'; f.__defaults__ = ('new',); f.__doc__ = None
print(f.__name__, f.__qualname__, f.__defaults__, f.__doc__)
for src in ('f.__name__ = 1', 'f.__defaults__ = 1', 'f.__code__ = 1', 'f.__kwdefaults__ = 1', 'f.__globals__ = {}', 'del f.__name__'):
    try: exec(src)
    except (TypeError, AttributeError) as e: print(type(e).__name__, e)
