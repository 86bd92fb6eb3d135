import functools
@functools.lru_cache(maxsize=None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(50), fib.cache_info(), functools.reduce(lambda a, b: a * b, range(1, 6)), functools.partial(int, base=2)('101'), functools.partial(print, 1, sep='-'))
@functools.singledispatch
def f(x): return 'obj'
@f.register
def _(x: int): return 'int'
print(f('a'), f(1))
@functools.total_ordering
class V:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v
print(V(1) <= V(2), V(2) >= V(3), sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)))
def deco(g):
    @functools.wraps(g)
    def w(*a): return g(*a)
    return w
@deco
def named(): "doc"
print(named.__name__, named.__doc__, named.__wrapped__.__name__)
class A:
    @functools.cached_property
    def p(self): print('computed'); return 5
a = A(); print(a.p, a.p)
