def f(a, b):
    a()
    a(1, b, k=a, l=2)
    a.m(b)
    a.b.m(1, k=2)
    a(*b)
    a(1, *b, 2, k=3, **a, l=4)
    a(**b)
    return a(b(a(b)))
