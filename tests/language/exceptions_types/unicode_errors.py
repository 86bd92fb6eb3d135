e = UnicodeDecodeError('utf-8', b'ab\xffcd', 2, 3, 'why'); print(e, e.object, e.start, e.end, e.reason, e.encoding)
e.start = 1; e.reason = 'r'; print(e)
print(UnicodeEncodeError('ascii', 'aé', 1, 2, 'no'), UnicodeEncodeError('ascii', 'a中é', 1, 3, 'no'), UnicodeTranslateError('é', 0, 1, 'x'), UnicodeEncodeError('ascii', '😀', 0, 1, 'q'))
for f in (lambda: UnicodeDecodeError(), lambda: UnicodeDecodeError('u', 'str', 0, 1, 'r'), lambda: UnicodeEncodeError('a', b'x', 0, 1, 'r')):
    try: f()
    except TypeError as x: print(x)
