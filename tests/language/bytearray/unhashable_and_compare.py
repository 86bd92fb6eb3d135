b = bytearray(b'a')
try: hash(b)
except TypeError as e: print(e)
print(b < b'b', b == bytearray(b'a'), b != b'a', b'a' in b, 97 in b, bool(bytearray()), b > bytearray(b'A'), b == 'a')
