b = b'hello'
print(b[0], b[-1], b[1:3], b[::-1], list(b), 104 in b, b'el' in b, b'' in b, len(b), b[10:], b[1:4:2])
for k in (5, 'a', 1.5):
    try: b[k]
    except (IndexError, TypeError) as e: print(type(e).__name__, e)
for f in (lambda: 256 in b, lambda: 'a' in b):
    try: f()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
