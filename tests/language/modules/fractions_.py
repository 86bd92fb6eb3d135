from fractions import Fraction as F
print(F(1, 3) + F(1, 6), F('0.75'), F(0.5), F(3, -6), F(7, 2) // 1, F(7, 2) % 1, float(F(1, 4)), F(2, 3) ** 2, F(1, 3) < 0.5, F(3.14159).limit_denominator(100), repr(F(2)), hash(F(1, 2)) == hash(0.5), round(F(5, 3), 1), f'{F(1, 3):.3f}')
try: F(1, 0)
except ZeroDivisionError as e: print(e)
