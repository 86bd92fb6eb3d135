def f(a, b):
    return a[b:], a[:b], a[b:1:2], a[1:2], a[b, 1:], a[-1], a[::2]
