print(b'abc', b'\x00\xff', rb'\n', Rb'\t', b'a' b'b', b"it's", b'"')
