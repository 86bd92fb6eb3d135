s = 'hello'
print(s.startswith('he'), s.startswith(('x', 'h')), s.startswith('l', 2), s.startswith('he', 0, 1), s.endswith('lo'), s.endswith(('x', 'lo')), s.endswith('l', 0, 4), s.startswith(''), s.startswith('', 6), s.endswith(()))
for f in (lambda: s.startswith(1), lambda: s.endswith(['a']), lambda: s.startswith((1,))):
    try: f()
    except TypeError as e: print(e)
