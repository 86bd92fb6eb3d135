r = range(1, 20, 3)
print(r.start, r.stop, r.step, r.index(7), r.count(7), r.count(8), list(reversed(r)), bool(range(0)), min(r), max(r), sum(r))
for f in (lambda: r.index(8), lambda: r[99], lambda: range(1, 2, 0), lambda: range(1.5), lambda: range('a'), lambda: range(), lambda: range(1, 2, 3, 4), lambda: r['x']):
    try: f()
    except (ValueError, IndexError, TypeError) as e: print(type(e).__name__, e)
try: r.start = 5
except AttributeError as e: print(e)
