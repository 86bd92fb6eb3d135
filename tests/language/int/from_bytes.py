print(int.from_bytes(b'\x04\x00', 'big'), int.from_bytes(b'\x04\x00', 'little'), int.from_bytes(b'\xff\xff', 'big', signed=True))
print(int.from_bytes([1, 2]), int.from_bytes(b''), int.from_bytes(b'\xff' * 12, 'big'), bool.from_bytes(b'\x01'))
try: int.from_bytes('abc')
except TypeError as e: print(e)
