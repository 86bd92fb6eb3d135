class K:
    def __hash__(self): return 1
    def __eq__(self, o): raise ValueError('eq failed')
d = {K(): 1}
for f in (lambda: d[K()], lambda: K() in d, lambda: d.get(K()), lambda: d.pop(K(), None)):
    try: f()
    except ValueError as e: print(e)
class H:
    def __hash__(self): raise TypeError('no hash')
try: {H(): 1}
except TypeError as e: print(e)
