print((2.5).is_integer(), (4.0).is_integer(), (0.75).as_integer_ratio(), (-0.1).as_integer_ratio(), (1.5).conjugate(), (1.5).real, (1.5).imag)
print((3.7).__trunc__(), (3.2).__ceil__(), (3.7).__floor__(), (-3.5).__floor__(), int(-3.5), (1e20).__int__())
for x in ('inf', 'nan'):
    for m in ('as_integer_ratio', '__trunc__', '__floor__', 'is_integer'):
        try: print(getattr(float(x), m)())
        except (OverflowError, ValueError) as e: print(type(e).__name__, e)
