def f(r): return 0, *r
def g(r): yield 0, *r
print(f([1, 2]), list(g('ab')))
x = 1, *[2, 3]
print(x)
for v in *[1], 2: print(v)
