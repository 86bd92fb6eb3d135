class A:
    def __new__(cls, *a):
        print('new', a)
        return super().__new__(cls)
    def __init__(self, *a): print('init', a)
A(1, 2)
class B:
    def __new__(cls): return A.__new__(A, 'from B')
    def __init__(self): print('never')
print(type(B()).__name__)
class C(A):
    def __new__(cls): return object.__new__(A)
C()
