class A:
    def __lt__(self, o): return 'lt'
    def __ge__(self, o): return 'ge'
class B: pass
print(A() < B(), B() > A(), A() >= B(), B() <= A())
