def g(n):
    print('start')
    for i in range(n): yield i
    print('end')
it = g(2)
print(next(it), next(it))
try: next(it)
except StopIteration as e: print(repr(e))
print(list(g(1)), next(g(0), 'default'), type(it).__name__)
