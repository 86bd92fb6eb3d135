class H:
    def __hash__(self): return hash(self)
class L:
    def __lt__(self, o): return sorted([self, o])
class M(type):
    def __instancecheck__(cls, o): return isinstance(o, cls)
class I(metaclass=M): pass
class P:
    @property
    def p(self): return self.p
class N:
    def __new__(cls): return cls()
class T:
    def __init__(self): T()
class S:
    def __setattr__(self, n, v): self.x = v
class G:
    def __getattribute__(self, n): return self.x
for f in (lambda: {H(): 1}, lambda: L() < L(), lambda: isinstance(5, I), lambda: P().p, N, T, lambda: setattr(S(), 'x', 1), lambda: G().x):
    try: f()
    except RecursionError: print('RecursionError')
