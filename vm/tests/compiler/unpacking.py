def f(a, b):
    return [*a, 1, *b], (1, *a), {*a, b}, {**a, 'k': b, **b}
def g(a):
    x, y = a
    y, *x = a
    return x, y
