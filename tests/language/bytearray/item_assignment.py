b = bytearray(b'hello')
b[0] = 72; b[-1] = 33
print(b)
b[1:3] = b'XYZ'; print(b)
b[::2] = b'abc'; print(b)
del b[0]; print(b)
del b[::2]; print(b)
b[10:] = [1, 2]; print(b)
for f in ('b[0] = 256', 'b[50] = 1', 'b["a"] = 1', 'b[0] = "a"', 'b[::2] = b"toolong!!!"', 'b[0:1] = "s"', 'b[0:1] = 5', 'del b[99]'):
    try: exec(f)
    except (ValueError, IndexError, TypeError) as e: print(type(e).__name__, e)
