def gcd(a, b):
    while b: a, b = b, a % b
    return a
def isqrt(n):
    x = n
    while x * x > n: x = (x + n // x) // 2
    return x
print(gcd(2**80, 6**30), isqrt(10**40 + 1), [n for n in range(2, 60) if all(n % d for d in range(2, n))])
