b = bytearray(b'hello')
m = memoryview(b)
m[0] = 72
m[1:3] = b'EL'
print(b, m.readonly)
for f in ('m[0] = 256', 'm[0] = "a"', 'm[1:3] = b"abc"', 'm[99] = 1', 'memoryview(b"x")[0] = 1', 'del m[0]', 'm["a"]', 'memoryview(5)', 'memoryview("s")'):
    try: exec(f)
    except (ValueError, TypeError, IndexError) as e: print(type(e).__name__, e)
