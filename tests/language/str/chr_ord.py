print(ord('a'), ord('😀'), chr(97), chr(0x1F600), ord('\x00'), chr(0x10ffff) == '\U0010ffff', ord(b'a'))
for f in (lambda: chr(-1), lambda: chr(0x110000), lambda: ord(''), lambda: ord('ab'), lambda: chr('a'), lambda: ord(5)):
    try: f()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
