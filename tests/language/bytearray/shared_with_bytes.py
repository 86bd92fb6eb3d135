b = bytearray(b'Hello World')
print(b.upper(), b.find(b'o'), b.split(), b.replace(b'l', b'L'), b.startswith(b'He'), b.hex(), b.decode(), b.title(), b.partition(b' '), b[0], b[1:3], list(b[:2]), b == b'Hello World', b.count(b'l'), b.zfill(13), b.strip(b'Hd'), type(b.upper()).__name__)
print(bytearray.fromhex('6162'), bytearray(b'-').join([b'a', b'b']), b'%s' % bytearray(b'q'), bytearray(b'%d') % 5, bytearray(b'a\tb').expandtabs(2))
