def g():
    while True:
        try: yield 1
        except ValueError as e: print('caught', e); yield 2
it = g()
print(next(it), it.throw(ValueError('v')), next(it))
try: it.throw(KeyError('k'))
except KeyError as e: print(repr(e))
try: next(it)
except StopIteration: print('finished')
for bad in (5, int, 'x'):
    try: g().throw(bad)
    except TypeError as e: print(e)
