class M(type):
    def __call__(cls, *a, **k): print('M.__call__', a, k); return type.__call__(cls, *a, **k)
class A(metaclass=M):
    def __new__(cls, *a, **k): print('new'); return object.__new__(cls)
    def __init__(self, *a, **k): print('init')
A(1, k=2)
