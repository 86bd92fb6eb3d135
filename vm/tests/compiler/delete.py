def f(a):
    del a.b, a[0], a[1:2], (a)
del x, (y, [z])
