def f(a, b, c):
    if a < b <= c: return 1
    if a == 1 or b is not None: return 2
    if a in (1, 2) and b not in {3, 4} and c in [5, 6]: return 3
    return a < b < c, a is b, a > 5
