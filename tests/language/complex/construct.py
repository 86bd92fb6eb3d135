print(complex(), complex(1), complex(1, 2), complex('1+2j'), complex('-j'), complex(' 3e2-1.5J '), complex('(1+2j)'), complex(1.5), complex('inf'), complex('nan+infj'), complex(real=1, imag=-2))
for args in (('x',), ('1 + 2j',), ('1', 2), (1, '2'), (None,), ([],), ('1+2',)):
    try: print(complex(*args))
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
