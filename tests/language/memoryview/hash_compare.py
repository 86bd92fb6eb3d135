m = memoryview(b'abc')
print(hash(m) == hash(b'abc'), m == memoryview(b'abc'), m != b'abd', m == 'abc', m == bytearray(b'abc'), m[::2] == b'ac')
try: hash(memoryview(bytearray(b'a')))
except ValueError as e: print(e)
try: m < m
except TypeError as e: print(e)
