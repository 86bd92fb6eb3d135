class M(type):
    def __len__(cls): return 7
    def __getitem__(cls, k): return ('item', k)
    def __iter__(cls): return iter('xyz')
    def __contains__(cls, x): return x == 1
    def __add__(cls, o): return 'add'
    def __repr__(cls): return f'<<{cls.__name__}>>'
    def __instancecheck__(cls, o): return o == 'inst'
    def __subclasscheck__(cls, c): return c is int
    def __bool__(cls): return False
class A(metaclass=M): pass
print(len(A), A[3], list(A), 1 in A, A + 1, A, isinstance('inst', A), isinstance(5, A), issubclass(int, A), bool(A), isinstance(A(), A))
