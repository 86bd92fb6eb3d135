class A:
    __x = 1
    def __m(self): return self.__x
    def get(self): return self.__m()
    __dunder__ = 2
class B(A):
    __x = 5
print(A().get(), B().get(), A._A__x, B._B__x, A.__dunder__, hasattr(A, '__x'))
class _C:
    __y = 3
print(_C._C__y)
