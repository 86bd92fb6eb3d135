print({}, dict(), {'a': 1}, dict(a=1, b=2), dict([('x', 1), ['y', 2]]), dict({'a': 1}, b=2), dict(zip('ab', (1, 2))), dict([], z=1), {1: 'a', 1.0: 'b', True: 'c'}, dict(**{'a b': 1}), {**{}})
class M:
    def keys(self): return ['k1', 'k2']
    def __getitem__(self, k): return k + '!'
print(dict(M()), dict(['ab', 'cd']))
for bad in (5, [1], [(1, 2, 3)], ['abc'], None, [[]]):
    try: dict(bad)
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
