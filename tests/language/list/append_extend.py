l = []
l.append(1); l.append([2]); l.extend((3, 4)); l.extend('ab'); l.extend({5: 6}); l.extend(x for x in (7,)); print(l)
l = [1, 2]; l.extend(l); print(l)
for f in (lambda: l.extend(5), lambda: l.append(), lambda: l.append(1, 2), lambda: l.extend()):
    try: f()
    except TypeError as e: print(e)
def g():
    yield 1
    raise ValueError('mid')
try: l.extend(g())
except ValueError: print(l)
