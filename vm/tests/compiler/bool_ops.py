def f(a, b, c):
    x = a and b or c
    x = x or a
    return a if b and not c else x
