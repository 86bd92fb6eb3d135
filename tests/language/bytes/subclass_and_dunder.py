class B(bytes):
    x = 1
b = B(b'ab')
print(b, type(b[:]), b == b'ab', b.x, b.__bytes__(), type(b'a'.__bytes__()), b'a'.__contains__(97), b'ab'.__getitem__(0), bytes(b), type(bytes(b)))
try: b'a'[0] = 1
except TypeError as e: print(e)
