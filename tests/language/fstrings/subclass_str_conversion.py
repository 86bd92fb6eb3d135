class S(str):
    def __str__(self): return 'custom str'
    def __format__(self, s): return 'custom format'
s = S('orig')
print(f'{s}', f'{s!s}', f'{s!r}', '%s' % s, str(s), ''.join([s]), type(f'{s}').__name__)
