print((1.0).hex(), (-0.1).hex(), (0.0).hex(), (5e-324).hex(), float('inf').hex(), (1e300).hex(), (255.5).hex())
print(float.fromhex('0x1.8p3'), float.fromhex('-0x.1p-4'), float.fromhex('inf'), float.fromhex('ff'), float.fromhex(' 0x1p-1074 '))
for bad in ('', 'g', '0x1p', '0x1p99999'):
    try: print(float.fromhex(bad))
    except (ValueError, OverflowError) as e: print(type(e).__name__, e)
