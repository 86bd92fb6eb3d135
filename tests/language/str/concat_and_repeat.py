print('a' + 'b', 'ab' * 3, 3 * 'ab', 'x' * 0, 'x' * -1, 'é' + 'a', 'a' * True)
for f in (lambda: 'a' + 1, lambda: 'a' * 'b', lambda: 'a' * 1.5, lambda: 'a' + b'b', lambda: 'a' - 'b', lambda: 'a' * 10**20):
    try: f()
    except (TypeError, OverflowError, MemoryError) as e: print(type(e).__name__, e)
