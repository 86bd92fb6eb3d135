class A:
    def __contains__(self, x): return x
class B:
    def __iter__(self): return iter([1, 2, 3])
class C:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * 10
print(5 in A(), 0 in A(), 2 in B(), 4 in B(), 20 in C(), 5 in C(), 5 not in C())
