class A: x = 1
a = A()
setattr(a, 'y', 2); print(getattr(a, 'y'), getattr(a, 'z', 'dflt'), hasattr(a, 'x'), hasattr(a, 'q')); delattr(a, 'y'); print(hasattr(a, 'y'))
class B:
    @property
    def p(self): raise ValueError('not AttributeError')
try: hasattr(B(), 'p')
except ValueError as e: print(e)
for f in (lambda: getattr(a, 'nope'), lambda: delattr(a, 'nope')):
    try: f()
    except AttributeError as e: print(e)
