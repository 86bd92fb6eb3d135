print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.5, -2), round(0.5), round(1.5), round(1e20), round(2.5, 0), round(1.25, 1), round(5e15 + 0.5))
print(round(1.23456, 3), round(-0.4), round(0.1, 20), round(1e300, -300), round(123.456, None))
for bad in ('inf', 'nan'):
    try: round(float(bad))
    except (OverflowError, ValueError) as e: print(e)
