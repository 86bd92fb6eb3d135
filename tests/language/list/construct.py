print([], list(), list('abc'), list(range(3)), list({'a': 1}), [None] * 3, list((1, 2)), [[]] * 2, list(x * 2 for x in 'ab'))
a = [[]] * 2
a[0].append(1)
print(a)
for bad in (5, None):
    try: list(bad)
    except TypeError as e: print(e)
