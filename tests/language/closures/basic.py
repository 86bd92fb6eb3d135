def outer(x):
    def inner(y): return x + y
    return inner
a, b = outer(1), outer(10)
print(a(5), b(5), a.__closure__[0].cell_contents, a.__code__.co_freevars)
