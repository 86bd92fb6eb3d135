print('é'.encode(), 'é'.encode('latin-1'), 'abc'.encode('utf-16-le'), 'é中'.encode('ascii', 'replace'), 'é'.encode('ascii', 'ignore'), 'é😀'.encode('ascii', 'backslashreplace'), 'é'.encode('ascii', 'xmlcharrefreplace'), '\udc80'.encode('utf-8', 'surrogateescape'), 'é'.encode('ascii', 'namereplace'), 'a'.encode('utf-32-be'), 'x'.encode('utf-8-sig'))
for args in (('ascii',), ('latin-1',), ('nope',), ('ascii', 'nope')):
    try: '中'.encode(*args)
    except (UnicodeEncodeError, LookupError) as e: print(type(e).__name__, e)
try: '\ud800'.encode()
except UnicodeEncodeError as e: print(e, e.start, e.end, e.reason, e.encoding)
