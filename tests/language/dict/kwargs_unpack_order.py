def f(**kw): return kw
d = {'b': 1, 'a': 2}
r = f(**d, c=3)
print(r, r is d, list(f(z=1, **d)))
