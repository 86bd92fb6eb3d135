class S(set):
    def add(self, x): super().add(x * 10)
s = S([1]); s.add(2); s.name = 'n'
print(sorted(s), s.name, type(s | {3}), type(s.copy()), s == {1, 20}, s)
