class A:
    def __call__(self, *a, **k): return a, k
a = A()
print(a(1, x=2), callable(a), callable(5), list(map(a, [1])))
a.__call__ = lambda: 'instance attribute is ignored'
print(a())
