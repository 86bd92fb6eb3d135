def g():
    yield 1
    return 'result'
it = g(); next(it)
try: next(it)
except StopIteration as e: print(e.value, e.args)
def h():
    r = yield from g()
    print('r', r)
    return r
print(list(h()))
