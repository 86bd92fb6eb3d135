b = bytearray(b'abc')
m = memoryview(b)
for f in ('b.append(1)', 'b.clear()', 'del b[0]', 'b += b"x"'):
    try: exec(f)
    except BufferError as e: print(e)
b[0] = 120
print(m[0], b)
m.release()
b.append(1)
print(b)
