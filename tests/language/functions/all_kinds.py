def f(a, b, /, c, d=4, *args, e, g=7, **kw): return a, b, c, d, args, e, g, kw
print(f(1, 2, 3, e=5), f(1, 2, c=3, e=5), f(1, 2, 3, 4, 5, 6, e=0, z=1, a=2))
