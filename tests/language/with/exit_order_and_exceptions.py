class CM:
    def __init__(self, n, act=None): self.n, self.act = n, act
    def __enter__(self):
        print('enter', self.n)
        if self.act == 'enter': raise RuntimeError('enter')
    def __exit__(self, t, v, tb): print('exit', self.n, t and t.__name__); return self.act == 'swallow'
try:
    with CM(1), CM(2, 'enter'), CM(3): pass
except RuntimeError as e: print(e)
with CM(1), CM(2, 'swallow'), CM(3): raise KeyError
print('end')
