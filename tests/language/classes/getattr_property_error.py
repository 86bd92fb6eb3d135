class A:
    @property
    def p(self): raise AttributeError('inner')
    def __getattr__(self, n): return 'fallback for ' + n
print(A().p)
class B:
    @property
    def p(self): return self.missing
try: B().p
except AttributeError as e: print(e, e.name, type(e.obj).__name__)
