class NS(dict):
    def __setitem__(self, k, v):
        if not k.startswith('__'): print('define', k)
        super().__setitem__(k, v)
class M(type):
    @classmethod
    def __prepare__(m, name, bases, **kw): print('prepare', name, bases, kw); return NS(injected=42)
    def __new__(m, n, b, ns, **kw): return super().__new__(m, n, b, dict(ns))
class A(metaclass=M, k=1):
    x = injected
    def f(self): pass
    x = 2
print(A.injected, A.x)
