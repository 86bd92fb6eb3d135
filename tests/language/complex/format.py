z = 1.5 - 2.25j
print(f'{z} {z:.2f} {z:>15} {z:e} {z:g} {z:+.1f} {z:,.2f}')
for spec in ('d', '05', 's', '=10'):
    try: print(format(z, spec))
    except ValueError as e: print(e)
