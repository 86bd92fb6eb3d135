print(b'a b  c'.split(), b'a,b,c'.split(b','), b'a,b,c'.rsplit(b',', 1), b'a\nb\r\nc'.splitlines(), b'a\nb'.splitlines(True), b'-'.join([b'a', bytearray(b'b')]), b'a=b'.partition(b'='), b'a=b=c'.rpartition(b'='), b''.split(b','), b''.split())
for f in (lambda: b'a'.split(b''), lambda: b','.join(['a']), lambda: b'a'.split(','), lambda: b','.join([1])):
    try: f()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
