print(abs(-5), abs(2.5), abs(3 + 4j), abs(True), divmod(7, 3), divmod(-7, 3), divmod(7.5, 2), pow(2, 3), pow(2, 3, 5), pow(2.0, -1), round(2.567, 2), round(7))
for f in (lambda: abs('x'), lambda: divmod(1, 'a'), lambda: pow('a', 2), lambda: round('a'), lambda: divmod(1), lambda: pow(1)):
    try: f()
    except TypeError as e: print(e)
