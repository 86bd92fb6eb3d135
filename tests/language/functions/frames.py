import sys
def f(a):
    b = 2
    fr = sys._getframe()
    return fr.f_code.co_name, fr.f_lineno, sorted(k for k in fr.f_locals if k != 'fr'), fr.f_back.f_code.co_name, fr.f_globals is globals(), fr.f_builtins['len'] is len
print(f(1))
def g():
    x = 1
    sys._getframe().f_locals['x'] = 5
    return x
print(g())
try: sys._getframe(1000)
except ValueError as e: print(e)
