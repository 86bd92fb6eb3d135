def f(n):
    k = 10
    return [lambda: (x, k, n) for x in range(2)]
print([g() for g in f(5)])
def h():
    [x := y for y in range(3)]
    return x
print(h())
