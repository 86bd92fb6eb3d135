l = [1, 2, 3, 2, 1]
print(l.index(2), l.index(2, 2), l.index(1, -2), l.count(1), l.count(9), [True, 1.0].count(1), l.index(3, 0, 3))
for f in (lambda: l.index(9), lambda: l.index(1, 1, 3), lambda: l.index()):
    try: f()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
