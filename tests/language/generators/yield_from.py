def inner():
    x = yield 'a'
    print('inner got', x)
    try: yield 'b'
    except ValueError as e: print('inner caught', e); yield 'c'
    return 'done'
def outer():
    r = yield from inner()
    yield r
    yield from [1, 2]
    yield from 'xy'
it = outer()
print(next(it), it.send('S'), it.throw(ValueError('V')), next(it), list(it))
try: list((lambda: (yield from 5))())
except TypeError as e: print(e)
