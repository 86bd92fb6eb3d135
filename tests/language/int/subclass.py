class I(int):
    def __add__(self, o): return 'added'
    def __repr__(self): return f'I({int(self)})'
i = I(5)
i.tag = 'x'
print(i, i + 1, 1 + i, i * 2, type(i * 2), type(-i), i == 5, hash(i) == hash(5), {5: 'a'}[i], i.tag, [1, 2][I(1)], str(i))
