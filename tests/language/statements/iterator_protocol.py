class It:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n == 0: raise StopIteration
        self.n -= 1
        return self.n
print(list(It(3)), sum(It(4)), max(It(5)), [*It(2)])
for x in It(2): print(x)
class Seq:
    def __getitem__(self, i):
        if i == 3: raise IndexError('stop')
        return i * i
print(list(Seq()), tuple(Seq()))
class Bad:
    def __iter__(self): return 5
try: iter(Bad())
except TypeError as e: print(e)
