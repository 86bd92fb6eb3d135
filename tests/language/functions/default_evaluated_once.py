def f(x, acc=[]):
    acc.append(x)
    return acc
print(f(1), f(2), f(3, []), f(4))
i = 5
def g(a=i): return a
i = 6
print(g(), f.__defaults__)
