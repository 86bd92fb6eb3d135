class D:
    def __set_name__(self, o, n): print(n, sorted(k for k in vars(o) if not k.startswith('__')))
class A:
    b = D()
    a = D()
class Bad:
    def __set_name__(self, o, n): raise ValueError('in set_name')
try:
    class C: x = Bad()
except ValueError as e: print(e, e.__notes__)
