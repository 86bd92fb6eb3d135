print(all([]), any([]), all([1, 2]), any([0, '']), all(x for x in (1, 0)), any(x > 1 for x in range(3)), all('ab'))
def g():
    for x in (1, 0, 2): print('saw', x); yield x
print(all(g()), any(g()))
for f in (lambda: all(5), lambda: any()):
    try: f()
    except TypeError as e: print(e)
