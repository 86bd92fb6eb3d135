def f(a):
    for i in a:
        if i: continue
        if a: break
        g(i)
    else:
        return 1
    for x, (y, z.w) in [1, 2, 3]:
        pass
