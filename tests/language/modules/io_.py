import io
s = io.StringIO('a\nb\n'); print(s.readline(), s.read(), s.getvalue(), s.seek(0), list(s))
b = io.BytesIO(b'abc'); print(b.read(1), b.tell(), b.seek(0, 2), b.write(b'd'), b.getvalue(), b.getbuffer()[0], b.readable())
t = io.TextIOWrapper(io.BytesIO(), encoding='utf-8', newline='\r\n'); t.write('é\n'); t.flush(); print(t.buffer.getvalue())
print(io.BufferedReader(io.BytesIO(b'xyz')).peek(1), io.DEFAULT_BUFFER_SIZE > 0)
for f in (lambda: io.StringIO().read('x'), lambda: io.BytesIO().write('s'), lambda: io.StringIO(5)):
    try: f()
    except TypeError as e: print(e)
s.close()
try: s.read()
except ValueError as e: print(e)
