for f in (lambda: [0] * 2**62, lambda: (0,) * 2**62, lambda: [0] * 2**64, lambda: bytearray(2**62), lambda: bytes(2**62), lambda: [0] * 10**13, lambda: list(range(10**18))):
    try: f()
    except (MemoryError, OverflowError) as e: print(type(e).__name__)
