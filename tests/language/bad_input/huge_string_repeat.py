try: 'x' * 10**12
except MemoryError as e: print('MemoryError')
try: b'x' * 10**15
except MemoryError as e: print('MemoryError')
for f in (lambda: 'x' * 2**62, lambda: b'x' * 2**63, lambda: 'ab' * 2**62):
    try: f()
    except (MemoryError, OverflowError) as e: print(type(e).__name__)
