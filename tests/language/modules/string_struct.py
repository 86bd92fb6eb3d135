import string, struct
print(string.ascii_lowercase, string.digits, string.Template('$a ${b} $$').substitute(a=1, b=2), string.Template('$x $y').safe_substitute(x=1), string.capwords('ab cd'), list(string.Formatter().parse('a{b!r:c}')))
print(struct.pack('<IhB', 1, -2, 255), struct.unpack('>Hf', b'\x00\x01?\x80\x00\x00'), struct.calcsize('<qd'), struct.pack('5s', b'ab'), list(struct.iter_unpack('<H', b'\x01\x00\x02\x00')), struct.pack('?c', True, b'x'), struct.unpack('<e', b'\x00<'))
for f in (lambda: struct.pack('B', 256), lambda: struct.unpack('I', b''), lambda: struct.pack('z', 1), lambda: struct.pack('I', 'a'), lambda: struct.pack('II', 1)):
    try: f()
    except struct.error as e: print(e)
