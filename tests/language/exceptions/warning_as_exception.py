import warnings
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter('always')
    warnings.warn('careful', DeprecationWarning)
    print(len(w), w[0].category.__name__, w[0].message)
with warnings.catch_warnings():
    warnings.simplefilter('error')
    try: warnings.warn('now an error')
    except UserWarning as e: print(repr(e))
