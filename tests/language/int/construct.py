print(int(), int(5), int(-3.9), int(3.9), int('42'), int(' -7 '), int('1_000'), int(True), int(b'12'), int(bytearray(b'5')))
print(int('ff', 16), int('0xff', 16), int('0b101', 0), int('0o17', 0), int('z', 36), int('-0x1F', 0), int('777', 8))
