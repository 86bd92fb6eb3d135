m = memoryview(bytearray(range(8)))
c = m.cast('H')
print(c.tolist(), c.itemsize, len(c), c.format, c.shape, m.cast('I').tolist(), m.cast('B', (2, 4)).tolist(), m.cast('B', (2, 4)).shape, m.cast('b').format)
c[0] = 65535
print(m.tolist())
d = m.cast('B', [2, 4])
print(d[1, 2], d.strides, d.ndim)
for f in ('m.cast("q!")', 'm[:3].cast("H")', 'm.cast("H").cast("I")', 'd[0]', 'm[::2].cast("H")'):
    try: exec(f)
    except (ValueError, TypeError, NotImplementedError) as e: print(type(e).__name__, e)
