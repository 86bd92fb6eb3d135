l = [1, 2, 3, 4, 5]
print(l.pop(), l.pop(0), l.pop(-2), l)
for f in (lambda: [].pop(), lambda: l.pop(9), lambda: l.pop('a'), lambda: l.pop(-9)):
    try: f()
    except (IndexError, TypeError) as e: print(type(e).__name__, e)
