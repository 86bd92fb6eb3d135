s = 'a\ud800b'
for f in (lambda: print(s), lambda: s.encode(), lambda: open(s), lambda: open('a\0b'), lambda: exec(s), lambda: compile('1', s, 'eval') and 0, lambda: __import__(s), lambda: int(s), lambda: float(s), lambda: getattr(5, s), lambda: type(s, (), {}), lambda: eval('"' + s + '"') == s, lambda: {s: 1}[s], lambda: s.upper() + s.title() + s.casefold(), lambda: s.split('b'), lambda: hash(s) and 0, lambda: f'{s!a}'):
    try: print(ascii(f()))
    except Exception as e: print(type(e).__name__)
