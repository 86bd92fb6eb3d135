m = memoryview(bytearray(b'abcabc'))
print(m.index(98), m.count(97), m.toreadonly().readonly, m.hex(':'), list(reversed(m)), list(iter(m[:2])), m.tobytes('C'))
try: m.index(5)
except ValueError as e: print(e)
