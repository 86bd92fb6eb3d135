class T:
    def __bool__(self): return True
class F:
    def __bool__(self): return False
class L:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
print([bool(x) for x in (0, 1, '', 'a', [], [0], {}, {0: 0}, None, 0.0, 0j, T(), F(), L(0), L(2), object(), b'', range(0))])
class Bad:
    def __bool__(self): return 1
try:
    bool(Bad())
except TypeError as e:
    print(e)
