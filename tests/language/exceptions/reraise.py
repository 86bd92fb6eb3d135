def f():
    try: raise ValueError('orig')
    except ValueError as e:
        e.tag = 'tagged'
        raise
try: f()
except ValueError as e: print(e, e.tag, e.__context__)
try:
    try: raise KeyError('k')
    except KeyError as e: raise e
except KeyError as x: print(x.__context__)
