from decimal import Decimal, getcontext, localcontext, ROUND_HALF_UP, DivisionByZero, InvalidOperation
print(Decimal('0.1') + Decimal('0.2'), Decimal(1) / Decimal(3), Decimal('1.25').quantize(Decimal('0.1')), Decimal('1.25').quantize(Decimal('0.1'), rounding=ROUND_HALF_UP), Decimal(2).sqrt(), Decimal('1E+3'), Decimal('NaN'), Decimal(0.5), -Decimal('1.0'), Decimal('10') % 3, int(Decimal('3.9')), f'{Decimal("1234.5"):,.2f}')
with localcontext() as c: c.prec = 5; print(Decimal(1) / 7)
for f in (lambda: Decimal(1) / 0, lambda: Decimal('x')):
    try: f()
    except (DivisionByZero, InvalidOperation) as e: print(type(e).__name__)
