class A:
    def __init__(self, n): self.n = n
    def __eq__(self, o): print('eq', self.n, o.n); return self.n == o.n
x = A(1)
print([x] == [x], [A(1), A(2)] == [A(1), A(3)], [A(1)] == [A(1), A(2)])
