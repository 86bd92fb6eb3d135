class F(frozenset):
    def __new__(cls, *a): return super().__new__(cls, a)
f = F(1)
print(f, frozenset({2}), frozenset(), F(), type(f.copy()), f == {1}, hash(f) == hash(frozenset([1])), type(frozenset(f)), [frozenset('a')])
