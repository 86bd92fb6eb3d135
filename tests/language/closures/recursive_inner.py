def f(n):
    def fact(n): return 1 if n == 0 else n * fact(n - 1)
    return fact(n)
print(f(10))
