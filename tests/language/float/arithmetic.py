print(0.1 + 0.2, 1.5 * 2, 7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7.5 % -2, 2.0 ** 0.5, divmod(7.5, 2), divmod(-7.5, 2), 2.0 ** -1074)
print(1e308 * 10, -1e308 * 10, 1e308 - 1e309, 0.0 * -1, 5 % float('inf'), -5 % float('inf'), 5.0 // float('inf'), -5.0 // float('inf'))
for f in (lambda: 10.0 ** 400, lambda: 0.0 ** -1, lambda: (-8.0) ** 0.5):
    try: print(f())
    except (OverflowError, ZeroDivisionError) as e: print(type(e).__name__, e)
