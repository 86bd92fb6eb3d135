print('a=b=c'.partition('='), 'a=b=c'.rpartition('='), 'abc'.partition('x'), 'abc'.rpartition('x'), '=a'.partition('='))
for f in (lambda: 'a'.partition(''), lambda: 'a'.rpartition(1)):
    try: f()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
