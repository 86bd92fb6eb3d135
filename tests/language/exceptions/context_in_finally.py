try:
    try: raise ValueError('a')
    finally: raise KeyError('b')
except KeyError as e: print(repr(e.__context__))
def f():
    try: raise ValueError('swallowed')
    finally: return 'returned'
import warnings
print(f())
