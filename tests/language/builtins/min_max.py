print(min(3, 1, 2), max([3, 1, 2]), min('bac'), max('a', 'b', key=ord), min([], default='d'), max([-3, 2], key=abs), max((1, 'a'), (1, 'b')), min(1, 1.0), max(True, 1), min([[2], [1]]))
for f in (lambda: min([]), lambda: max(), lambda: min(5), lambda: min(1, 'a'), lambda: max(1, 2, default=3), lambda: min([1], bad=2), lambda: max(iter(()))):
    try: f()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
