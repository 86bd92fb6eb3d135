class S(str):
    def __add__(self, o): return S(str(self) + '+' + str(o))
    def upper(self): return 'custom'
s = S('ab')
s.x = 1
print(s, s + 'c', s.upper(), s.lower(), type(s.lower()), s * 2, s == 'ab', {'ab': 1}[s], s.x, isinstance(s, str), ''.join([s]), repr(s), f'{s:>4}', type(str(s)), s[0], type(s[:]))
