def g():
    try:
        1 / 0
    except ZeroDivisionError:
        yield 'in handler'
        raise
it = g()
print(next(it))
try:
    raise KeyError('outer')
except KeyError:
    try: next(it)
    except ZeroDivisionError as e: print(repr(e))
import sys
def h():
    yield sys.exc_info()[0]
try: raise ValueError
except ValueError: print(next(h()))
