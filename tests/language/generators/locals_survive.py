def g():
    a = 1
    while a < 100:
        b = [a]
        a = a * 2
        yield a, b, sorted(locals())
print(list(g())[:3])
