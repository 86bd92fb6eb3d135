print(1 << 0, 1 << 100, -1 << 70, 5 >> 1, -5 >> 1, -1 >> 1000, 1 >> 1000, 0 << 10**3, 2**100 >> 99)
for f in (lambda: 1 << -1, lambda: 1 >> -1):
    try: f()
    except ValueError as e: print(e)
