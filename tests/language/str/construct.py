print(str(), str(5), str(None), str(b'abc', 'ascii'), str(b'\xc3\xa9', 'utf-8'), str(b'\xff', errors='replace'), str(object=3), repr(str(b'x')))
for args in ((b'\xff', 'ascii'), (5, 'utf-8'), ('a', 'utf-8'), (b'a', 'nope')):
    try: str(*args)
    except (TypeError, UnicodeDecodeError, LookupError) as e: print(type(e).__name__, e)
