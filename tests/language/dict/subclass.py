class D(dict):
    def __setitem__(self, k, v): super().__setitem__(k, v * 10)
    def __getitem__(self, k): return ('got', super().__getitem__(k))
d = D(a=1)
d['b'] = 2; d.update(c=3); d.x = 'attr'
print(d, d['b'], d.get('b'), d.x, dict(d), {**d}, d == {'a': 1, 'b': 20, 'c': 3}, isinstance(d, dict), d | {'e': 1}, type(d | {}))
