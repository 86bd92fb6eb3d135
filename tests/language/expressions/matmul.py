class M:
    def __matmul__(self, o): return ('mm', o)
    def __imatmul__(self, o): return ('imm', o)
m = M()
print(m @ 3)
m @= 4
print(m)
