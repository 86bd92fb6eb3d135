class K:
    def __init__(self, n): self.n = n
    def __hash__(self): return self.n % 2
    def __eq__(self, o): return isinstance(o, K) and self.n == o.n
    def __repr__(self): return f'K{self.n}'
d = {K(i): i for i in range(5)}
d[K(2)] = 'two'
print(d, d[K(3)], K(9) in d)
del d[K(0)]; print(d)
e = {None: 0, (1, 'a'): 1, 1.5: 2, b'x': 3, frozenset({1}): 4, int: 5, ...: 6, 'é': 7, True: 8}
print([e[k] for k in list(e)], e[1], float('nan') in {float('nan'): 1})
