import abc
class A(abc.ABC):
    @abc.abstractmethod
    def f(self): ...
    @property
    @abc.abstractmethod
    def p(self): ...
class B(A):
    def f(self): return 1
class C(B):
    p = 5
for k in (A, B):
    try: k()
    except TypeError as e: print(e)
print(C().f(), sorted(A.__abstractmethods__))
A.register(int)
print(isinstance(5, A), issubclass(int, A), isinstance('x', A))
