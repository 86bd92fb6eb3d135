class K:
    def __hash__(self): return 1
    def __eq__(self, o): raise ValueError('eq')
s = {K()}
for f in (lambda: K() in s, lambda: s.add(K()), lambda: s | {K()}):
    try: f()
    except ValueError as e: print(e)
