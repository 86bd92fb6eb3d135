print(); print('a', 1, None); print('a', 'b', sep=''); print('x', end='!\n'); print(1, 2, sep=', ', end='.\n'); print(*[1, 2]); print('a', sep=None, end=None)
class W:
    def __init__(self): self.parts = []
    def write(self, s): self.parts.append(s)
    def flush(self): self.parts.append('FLUSH')
w = W(); print('hi', 5, file=w, flush=True); print(w.parts)
for k in ({'sep': 1}, {'end': 2}, {'file': 5}, {'bad': 1}):
    try: print('x', **k)
    except (TypeError, AttributeError) as e: print(type(e).__name__, e)
