a, b = 10**40 + 7, 3**50
print(a + b, a - b, b - a, a * b, a // b, a % b, -a // b, -a % b)
print(a & b, a | b, a ^ b, ~a, -a & b, -a | -b, a >> 30, a << 10, -a >> 100)
print(divmod(a, b), divmod(-a, b), divmod(a, -b))
