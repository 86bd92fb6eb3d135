print(list(reversed([1, 2])), list(reversed('ab')), list(reversed(range(3))), list(reversed((1,))), list(reversed({'a': 1, 'b': 2})))
class S:
    def __len__(self): return 3
    def __getitem__(self, i): return i * 10
class R:
    def __reversed__(self): return 'anything'
class N: __reversed__ = None
print(list(reversed(S())), reversed(R()))
for o in ({1}, 5, iter([]), N()):
    try: reversed(o)
    except TypeError as e: print(e)
