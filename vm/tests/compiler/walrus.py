def f(a, x):
    if (n := len(a)) > 10: return n
    return x + (x := 5) + x, [x, (x := 6)]
print(y := 1)
