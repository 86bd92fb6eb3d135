def exc(t): print('eval', t.__name__); return t
try: raise KeyError
except exc(ValueError): print('no')
except exc(KeyError): print('yes')
except exc(OSError): print('not evaluated')
try:
    try: raise KeyError('x')
    except 5: pass
except TypeError as e: print(e)
try:
    try: raise KeyError('x')
    except (ValueError, 'no'): pass
except TypeError as e: print(e)
