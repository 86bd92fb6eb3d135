print(bytearray(), bytearray(3), bytearray(b'ab'), bytearray([1, 2]), bytearray('é', 'utf8'), [bytearray(b'\'')], str(bytearray(b'x')), bytearray(b'"\''))
for bad in ((-1,), ('a',), ([256],), (1.0,)):
    try: bytearray(*bad)
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
