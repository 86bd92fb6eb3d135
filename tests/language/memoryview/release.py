m = memoryview(b'abc')
with m as n: print(n[0])
for f in (lambda: m[0], lambda: len(m), lambda: m.tobytes(), lambda: m.__enter__()):
    try: f()
    except ValueError as e: print(e)
m.release()
print(repr(memoryview(b'')).split(' at ')[0], repr(m).split(' at ')[0])
