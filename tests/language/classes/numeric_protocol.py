class N:
    def __init__(self, v): self.v = v
    def __int__(self): return self.v
    def __float__(self): return float(self.v)
    def __complex__(self): return complex(self.v)
    def __index__(self): return self.v
    def __round__(self, n=None): return ('round', n)
    def __abs__(self): return 'abs'
    def __neg__(self): return 'neg'
    def __pos__(self): return 'pos'
    def __invert__(self): return 'inv'
    def __trunc__(self): return 1
    def __divmod__(self, o): return 'divmod'
    def __pow__(self, o, m=None): return ('pow', o, m)
n = N(5)
print(int(n), float(n), complex(n), range(n), round(n), round(n, 2), abs(n), -n, +n, ~n, divmod(n, 1), n ** 2, pow(n, 2, 3))
