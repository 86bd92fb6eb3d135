x = 5
print(1 < x < 10, 1 < x < 3, 10 > x >= 5 != 4, 1 < 2 > 0 < 5)
def f(n):
    print('f', n)
    return n
print(f(1) < f(2) < f(3))
print(f(3) < f(2) < f(1))
