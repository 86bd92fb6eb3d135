class F(float):
    def __repr__(self): return 'F' + float.__repr__(self)
f = F(1.5)
print(f, [f], f + 1, type(f + 1), f == 1.5, f'{f:.2f}', str(f), float(f), type(float(f)))
