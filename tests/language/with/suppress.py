class S:
    def __enter__(self): return self
    def __exit__(self, *a): return 'truthy'
with S(): 1 / 0
print('after')
def f():
    with S(): raise ValueError
    return 'reached'
print(f())
class R:
    def __enter__(self): pass
    def __exit__(self, *a): raise KeyError('from exit')
try:
    with R(): raise ValueError('body')
except KeyError as e: print(repr(e), repr(e.__context__))
