def f(*a, **k): return a, k
print(f(*[1, 2], 3, *(4,), x=1, **{'y': 2}, **{'z': 3}), f(*'ab', *range(2)), f(**{}), f(*()))
print(*[1, 2], *'ab', sep='-')
