s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, slice(5), slice(None), s == slice(1, 10, 2), s.indices(5), slice(None, None, -1).indices(4), slice(-3, None).indices(10), [0, 1, 2, 3, 4][slice(1, 4)], hash(s) == hash(slice(1, 10, 2)), slice(1) < slice(2))
for f in (lambda: slice(), lambda: s.indices(-1), lambda: slice(1.5).indices(3), lambda: slice(0, 1, 0).indices(3), lambda: hash(slice([]))):
    try: f()
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
try: s.start = 1
except AttributeError as e: print(e)
