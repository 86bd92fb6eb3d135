import traceback
def f(n):
    if n == 0: raise ValueError('bottom')
    f(n - 1)
try: f(10)
except ValueError: print(traceback.format_exc())
