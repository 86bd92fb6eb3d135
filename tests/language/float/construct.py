print(float(), float(3), float('1.5'), float(' -2e3 '), float('inf'), float('-Infinity'), float('nan'), float('1_0.5'), float(b'2.5'), float('+.5'), float('1e-400'))
for bad in ('', 'x', '1.5.5', '1e', '_1', None, [], 1j, '1 2', 'in', b'\xff'):
    try: print(float(bad))
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
