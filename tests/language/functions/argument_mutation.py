def f(l, n):
    l.append(n)
    n += 1
    l = [9]
    return l, n
x, n = [1], 5
print(f(x, n), x, n)
