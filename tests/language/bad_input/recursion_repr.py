class R:
    def __repr__(self): return repr(self)
class S:
    def __str__(self): return str(self)
class D:
    def __repr__(self): return repr([self])
for f in (lambda: repr(R()), lambda: str(S()), lambda: repr(D()), lambda: f'{S()}', lambda: '%s' % S()):
    try: f()
    except RecursionError: print('RecursionError')
