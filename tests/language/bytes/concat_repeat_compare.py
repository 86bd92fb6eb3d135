print(b'a' + b'b', b'ab' * 3, b'' * 5, b'a' < b'b', b'a' == b'a', b'a' == 'a', b'a' == bytearray(b'a'), b'a' + bytearray(b'b'), bytearray(b'a') + b'b', b'\xff' > b'a', hash(b'a') == hash(bytes([97])))
for f in (lambda: b'a' + 'b', lambda: b'a' * 'b', lambda: b'a' < 'a', lambda: b'a' + 5):
    try: f()
    except TypeError as e: print(e)
