for args in (('',), ('x',), ('1.5',), ('5', 1), ('9', 8), ('__1',), ('1__0',), (None,), ([],), ('0x', 16), ('1', 37), (1.5, 10), ('01', 0),
             (float('nan'),), (float('inf'),), (b'\xff',), (1j,)):
    try: print(int(*args))
    except (ValueError, TypeError, OverflowError) as e: print(type(e).__name__, e)
