d = {'a': 1}
d['b'] = 2; d['a'] = 3; print(d, d['a'], len(d), 'a' in d, 'z' not in d)
del d['a']; print(d)
for f in (lambda: d['zz'], lambda: d.pop('zz'), lambda: d[[]], lambda: {}.popitem(), lambda: d[{}]):
    try: f()
    except (KeyError, TypeError) as e: print(type(e).__name__, e)
try: del d[5]
except KeyError as e: print(repr(e), e.args)
