class A:
    def f(self): return 'A.f'
    def g(self): return 'A.g', self.f()
class B(A):
    def f(self): return 'B.f', super().f()
class C(B): pass
print(B().g(), C().g(), issubclass(C, A), C.__bases__, C.__mro__, isinstance(C(), A), issubclass(A, C))
