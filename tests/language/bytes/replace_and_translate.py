print(b'banana'.replace(b'a', b'o'), b'banana'.replace(b'a', b'', 2), b'ab'.replace(b'', b'-'), b'abc'.translate(bytes.maketrans(b'ab', b'xy')), b'abc'.translate(None, b'b'), b'abc'.translate(bytes(range(256)), delete=b'c'))
for f in (lambda: bytes.maketrans(b'a', b'bc'), lambda: b'a'.translate(b'short')):
    try: f()
    except ValueError as e: print(e)
