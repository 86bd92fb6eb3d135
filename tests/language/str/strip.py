print(repr('  a b \t\n'.strip()), repr('  a '.lstrip()), repr(' a  '.rstrip()), 'xxaxx'.strip('x'), 'abcba'.strip('ab'), 'abc'.lstrip('ab'), 'abc'.rstrip('bc'), '\u3000x\xa0'.strip(), 'aaa'.strip('a') == '')
for bad in (1, b'a'):
    try: 'a'.strip(bad)
    except TypeError as e: print(e)
