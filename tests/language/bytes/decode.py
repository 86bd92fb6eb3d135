print(b'abc'.decode(), b'\xc3\xa9'.decode('utf-8'), b'\xe9'.decode('latin-1'), b'a\xff'.decode('ascii', 'ignore'), b'a\xff'.decode('utf-8', 'replace'), b'\xff'.decode('utf-8', 'backslashreplace'), b'a\x00'.decode('utf-16-le'), b'\xff\xfea\x00'.decode('utf-16'), b'\xef\xbb\xbfx'.decode('utf-8-sig'), b'\\n\\u00e9'.decode('unicode_escape').encode())
for data, enc in ((b'\xff', 'utf-8'), (b'a\xc3', 'utf-8'), (b'\xe2\x82', 'utf-8'), (b'\xed\xa0\x80', 'utf-8'), (b'\x80', 'ascii'), (b'a', 'utf-16'), (b'\xc0\x80', 'utf-8'), (b'\xf5', 'utf-8')):
    try: data.decode(enc)
    except UnicodeDecodeError as e: print(e)
