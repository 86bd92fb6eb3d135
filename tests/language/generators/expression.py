print(list(x * x for x in range(4)), sum(x for x in range(5) if x % 2), dict((k, v) for k, v in zip('ab', (1, 2))), max(len(s) for s in ('a', 'bbb')), ','.join(c for c in 'xyz'))
g = (i for i in range(3))
print(next(g), list(g), type(g).__name__, g.__name__)
