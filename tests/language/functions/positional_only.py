def f(a, b=2, /, c=3, *, d=4): return a, b, c, d
print(f(1), f(1, 2, 3, d=5), f(1, c=9))
for call in ('f(a=1)', 'f(1, b=2)', 'f()', 'f(1, 2, 3, 4)'):
    try: eval(call)
    except TypeError as e: print(e)
def g(a, /, **kw): return a, kw
print(g(1, a=2))
