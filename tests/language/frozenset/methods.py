f = frozenset('abc')
print(sorted(f | {'d'}), sorted(f & {'a'}), sorted(f - {'a'}), sorted(f ^ {'a', 'z'}), f.copy() is f, frozenset(f) is f, f.isdisjoint('x'), f.issubset('abcd'), f.union() == f, 'a' in f, len(f), type(f & {'a'}).__name__)
for m in ('add', 'remove', 'update', 'clear', 'pop'):
    print(m, hasattr(f, m))
g = f
g |= {'z'}; print(g is f, len(g), len(f))
