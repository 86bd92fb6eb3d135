def f(**kw): return kw
def g(a, b=0, **kw): return a, b, kw
print(f(), f(x=1, y=2), g(1, z=3), g(a=1, c=2), g(**{'a': 1, 'b': 2, 'weird key': 3}))
