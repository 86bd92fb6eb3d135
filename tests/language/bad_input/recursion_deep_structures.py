# A deep structure may be handled or refused with RecursionError; crashing is not allowed.
def nest(n, make):
    x = make(None)
    for _ in range(n): x = make(x)
    return x
for make in (lambda x: [x], lambda x: (x,), lambda x: {1: x}):
    deep = nest(100000, make)
    other = nest(100000, make)
    for f in (lambda: repr(deep), lambda: deep == other, lambda: hash(deep)):
        try: f()
        except (RecursionError, TypeError): pass
    del deep, other
print('survived')
