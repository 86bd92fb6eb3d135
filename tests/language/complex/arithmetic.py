a, b = 1 + 2j, 3 - 1j
print(a + b, a - b, a * b, a / b, a ** 2, -a, +a, a + 1, 2 * a, 1 - a, a == a, a != b, a == 1, 1j ** 2, abs(3 + 4j), 2 ** 1j, a ** 0, a ** -1)
for f in (lambda: a // b, lambda: a % b, lambda: a < b, lambda: divmod(a, b), lambda: a / 0, lambda: int(a), lambda: float(a), lambda: 0j ** -1):
    try: f()
    except (TypeError, ZeroDivisionError) as e: print(type(e).__name__, e)
