def f(a, b):
    global g
    a += 1
    a -= b
    a.x *= 2
    a[b] //= a
    a[b:1] @= b
    g <<= a
