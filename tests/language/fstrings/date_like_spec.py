class D:
    def __format__(self, s): return s.upper()
print(f'{D():%Y-%m-%d}', f'{D():a:b}', f'{D():!r}', f'{D(): }|', f'{D():x{1}y{2}z}')
