import gc
class A:
    def __init__(self, n): self.n = n
    def __del__(self): print('del', self.n)
a = A(1)
del a
gc.collect()
def f(): A(2)
f()
gc.collect()
print('end')
