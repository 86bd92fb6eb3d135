class L(list):
    def __getitem__(self, i): return ('got', list.__getitem__(self, i))
    def append(self, x): super().append(x * 2)
l = L([1, 2]); l.append(3); l.name = 'n'
print(l, l[0], list(l), l.name, l + [1], type(l + [1]), type(l[:]), type(l.copy()), l == [1, 2, 6], isinstance(l, list))
