print(b'abc', b'\x00\t\n\r\x7f\xff', b"'", b'"', b'\'"', b'\\', bytes(range(32, 40)), [b'x'], str(b'a'))
