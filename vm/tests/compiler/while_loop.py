def f(a, b):
    while a and b < 5:
        a = g()
        if a: continue
        if b: break
    else:
        return 1
    while True:
        if a: return b
