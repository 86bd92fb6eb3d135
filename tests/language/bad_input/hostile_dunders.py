# What each call answers is not the point; that it answers is.
class Liar:
    def __len__(self): return 2**61
    def __iter__(self): return iter(())
    def __length_hint__(self): return 2**61
    def __getitem__(self, i): raise IndexError
    def __hash__(self): return 0
    def __eq__(self, o): raise ZeroDivisionError
    def __index__(self): return 'not an int'
    def __bool__(self): return 'not a bool'
    def __str__(self): return 5
    def __repr__(self): return 5
    def __float__(self): return 'x'
    def __contains__(self, x): raise KeyError
    def __format__(self, s): return None
    def __bytes__(self): return 'x'
    def __dir__(self): return 5
    def __next__(self): raise SystemError
    def __call__(self): return self
    def __instancecheck__(self, o): raise OSError
x = Liar()
for f in (list, tuple, set, dict, bool, str, repr, float, int, bytes, bytearray, sorted, sum, max, len, hash, dir, bin, range, format, reversed, enumerate, lambda v: [1][v], lambda v: v in [v, 1], lambda v: v == v, lambda v: {v: 1, Liar(): 2}, lambda v: f'{v}', lambda v: '%s' % v, lambda v: '%d' % v, lambda v: isinstance(1, v), lambda v: 1 in v, lambda v: 'a'.join([v]), lambda v: [0] * v, lambda v: (lambda *a: 0)(*v), lambda v: [*v], lambda v: not v, lambda v: print(v, file=v), lambda v: type(v)(v)):
    try: f(x)
    except Exception: pass
print('survived')
