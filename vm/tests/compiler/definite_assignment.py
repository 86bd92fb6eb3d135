def f(a):
    if a:
        x = 1
    x
    x
    for i in a:
        y = i
    y
    del a
    a
    try:
        z = 1
    except E as e:
        e
    return z, e
