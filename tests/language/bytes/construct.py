print(bytes(), bytes(3), bytes([1, 2, 255]), bytes('é', 'utf-8'), bytes(b'x'), bytes(bytearray(b'y')), bytes(range(3)), bytes(memoryview(b'mv')))
class A:
    def __bytes__(self): return b'from dunder'
print(bytes(A()))
for args in ((-1,), ([256],), ('a',), ([-1],), (1.5,), (None,), (['a'],), (5, 'utf-8'), ('é', 'ascii'), (object(),)):
    try: bytes(*args)
    except (ValueError, TypeError, UnicodeEncodeError) as e: print(type(e).__name__, e)
