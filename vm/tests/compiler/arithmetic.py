def f(a, b):
    return a + b * 2 - -a ** b // 3, a @ b, a << 1 & b, ~a, not b, 7 - a
