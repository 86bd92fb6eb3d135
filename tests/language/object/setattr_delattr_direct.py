class A:
    def __setattr__(self, n, v): raise AttributeError('blocked')
a = A()
object.__setattr__(a, 'x', 5); print(a.x, object.__getattribute__(a, 'x')); object.__delattr__(a, 'x')
for f in (lambda: object.__setattr__(int, 'x', 1), lambda: type.__setattr__(A, 5, 1), lambda: object.__getattribute__(a, 'nope'), lambda: setattr(a, 'q', 1)):
    try: f()
    except (TypeError, AttributeError) as e: print(e)
