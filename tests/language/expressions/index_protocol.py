class I:
    def __index__(self): return 2
print([10, 20, 30][I()], 'abc'[I()], list(range(5))[:I()], range(10)[I()], bin(I()), hex(I()), [0] * I(), 'x' * I(), chr(I()) == '\x02')
