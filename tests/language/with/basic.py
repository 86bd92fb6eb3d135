class CM:
    def __init__(self, n): self.n = n
    def __enter__(self): print('enter', self.n); return self.n
    def __exit__(self, t, v, tb): print('exit', self.n, t and t.__name__, v, tb is not None)
with CM(1) as x: print('body', x)
with CM(2), CM(3) as y: print('body', y)
with (CM(4) as a, CM(5) as b,): print(a, b)
try:
    with CM(6): raise ValueError('err')
except ValueError as e: print('out', e)
