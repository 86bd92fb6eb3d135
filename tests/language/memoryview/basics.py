m = memoryview(b'hello')
print(m[0], m[-1], m[1:3].tobytes(), bytes(m), list(m), len(m), m.tolist(), m.readonly, m.format, m.itemsize, m.nbytes, m.ndim, m.shape, m.strides, m.contiguous, m.hex(), m == b'hello', m.obj, 104 in m, m[::-1].tobytes(), m.c_contiguous, m.suboffsets)
