import sys
print(sys.exc_info(), sys.exception())
try: raise ValueError('v')
except ValueError as e:
    print(sys.exc_info()[:2], sys.exception() is e, sys.exc_info()[2] is e.__traceback__)
    try: raise KeyError
    except KeyError: print(sys.exception())
    print(repr(sys.exception()))
print(sys.exc_info())
