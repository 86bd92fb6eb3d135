def f(a, *, b, c=3): return a, b, c
print(f(1, b=2), f(b=1, a=2, c=5))
for call in ('f(1)', 'f(1, 2)', 'f(1, b=2, d=3)', 'f()', 'f(b=1)'):
    try: eval(call)
    except TypeError as e: print(e)
