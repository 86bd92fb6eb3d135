d = {'a': 1, 'b': 2, 'c': 3}
print(d.pop('a'), d.pop('zz', 'default'), d.popitem(), d, d.popitem(), d)
for f in (lambda: d.popitem(), lambda: d.pop('k'), lambda: d.pop(), lambda: d.pop('a', 1, 2)):
    try: f()
    except (KeyError, TypeError) as e: print(type(e).__name__, e)
