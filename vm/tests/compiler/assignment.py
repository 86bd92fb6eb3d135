def f(a, b, c):
    a, b = b, a
    x = y = a
    (p, q), *r = c
    a.b, c[0], c[1:2], c[a:b] = b
    d = e = 0
    [g, h] = c
