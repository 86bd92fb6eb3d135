x = 12
print(x.real, x.imag, x.numerator, x.denominator, x.conjugate(), x.as_integer_ratio(), x.is_integer(), True.real)
try: x.real = 1
except AttributeError as e: print(e)
