class P:
    __match_args__ = ('x', 'y')
    def __init__(self, x, y): self.x, self.y = x, y
class Q(P): pass
def f(o):
    match o:
        case Q(0, y=yy): return f'Q {yy}'
        case P(x=0, y=0): return 'origin'
        case P(0, y): return f'y axis {y}'
        case P(x, y=P(a, b)): return f'nested {x} {a} {b}'
        case P(): return 'some P'
        case str() | bytes(): return 'text'
        case int(x) | float(x): return f'num {x}'
        case list([a, b]): return f'pair {a}'
print([f(o) for o in (P(0, 0), P(0, 5), P(1, P(2, 3)), P(1, 2), Q(0, 9), 'a', b'', 5, 2.5, [1, 2], object())])
