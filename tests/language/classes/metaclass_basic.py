class M(type):
    def __new__(m, name, bases, ns, **kw):
        print('new', name, bases, sorted(k for k in ns if not k.startswith('__')), kw)
        return super().__new__(m, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw): print('init', kw)
    def __call__(cls, *a): print('call', a); return super().__call__(*a)
class A(metaclass=M, opt=1):
    x = 1
    def __init__(self, v): self.v = v
print(A(5).v, type(A).__name__)
class B(A): pass
print(type(B).__name__)
