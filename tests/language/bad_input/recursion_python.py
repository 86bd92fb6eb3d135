def f(): return f()
class A:
    def __getattr__(self, n): return getattr(self, n + 'x')
    def __call__(self): return self()
    def __add__(self, o): return self + o
    def __eq__(self, o): return self == o
    def __len__(self): return len(self)
    def __iter__(self): return iter(self)
    def __getitem__(self, i): return self[i]
    def __bool__(self): return bool(self)
    def __contains__(self, x): return x in self
    def __format__(self, s): return format(self, s)
    def __int__(self): return int(self)
    def __index__(self): return self.__index__()
a = A()
for g in (f, lambda: a.x, a, lambda: a + 1, lambda: a == 1, lambda: len(a), lambda: iter(a), lambda: a[0], lambda: bool(a), lambda: 1 in a, lambda: f'{a}', lambda: int(a), lambda: [1][a]):
    try: g()
    except RecursionError: print('RecursionError')
