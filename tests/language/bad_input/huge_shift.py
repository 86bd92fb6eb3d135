for f in (lambda: 1 << 2**62, lambda: 1 << 2**70, lambda: 1 << 10**14):
    try: f()
    except (MemoryError, OverflowError) as e: print('refused')
print(0 << 2**70, 1 >> 2**70, -1 >> 2**70)
