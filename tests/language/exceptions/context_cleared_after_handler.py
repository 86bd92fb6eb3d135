try: raise ValueError('first')
except ValueError: pass
try: raise KeyError('second')
except KeyError as e: print(e.__context__)
def f():
    try: raise ValueError('in f')
    except ValueError: pass
try: raise TypeError('outer')
except TypeError:
    f()
    try: raise OSError('x')
    except OSError as e: print(repr(e.__context__), e.__context__.__context__)
