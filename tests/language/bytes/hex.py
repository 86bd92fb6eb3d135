print(b'\x00\xffab'.hex(), b'\x01\x02\x03\x04'.hex(':'), b'\x01\x02\x03'.hex('-', 2), b'\x01\x02\x03'.hex('-', -2), bytes.fromhex('00ff 61'), bytes.fromhex(''), bytes.fromhex(b'6162'))
for bad in ('0', 'zz', '0 1', 'é0'):
    try: bytes.fromhex(bad)
    except ValueError as e: print(e)
