import abc, collections.abc as c
class S(c.Sequence):
    def __len__(self): return 3
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * 2
s = S(); print(list(s), 4 in s, s.index(2), s.count(0), list(reversed(s)), isinstance([], c.Sequence), isinstance({}, c.Mapping), isinstance(5, c.Hashable), isinstance(print, c.Callable), issubclass(dict, c.MutableMapping), isinstance((x for x in ()), c.Generator))
