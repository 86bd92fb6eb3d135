import traceback
def f(x):
    return x + undefined
try: f(1)
except NameError as e:
    print(''.join(traceback.format_exception(e)))
try:
    try: 1 / 0
    except ZeroDivisionError as e: raise ValueError('v') from e
except ValueError as e: print(''.join(traceback.format_exception(e)))
