def f():
    r = [sorted(locals()) for q in range(1)]
    return r, sorted(locals())
print(f())
def g(items):
    [None for items in items]
    return items
print(g([1, 2]))
