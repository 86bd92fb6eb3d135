def f(**k): return list(k)
print(f(b=1, a=2, **{'z': 1, 'c': 2}, d=4))
