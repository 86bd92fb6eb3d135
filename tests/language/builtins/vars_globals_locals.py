class A:
    def __init__(self): self.x = 1
print(vars(A()), vars() is globals(), 'A' in vars())
def f(q): return vars(), locals()
print(f(3))
