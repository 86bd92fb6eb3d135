import base64, binascii
print(base64.b64encode(b'hello\xff'), base64.b64decode('aGVsbG8='), base64.b32encode(b'hi'), base64.b16encode(b'\xab'), base64.urlsafe_b64encode(b'\xfb\xff'), base64.b85encode(b'test'), binascii.hexlify(b'\x01\xff'), binascii.unhexlify('01ff'), binascii.crc32(b'hello'))
try: base64.b64decode('abc')
except binascii.Error as e: print(e)
