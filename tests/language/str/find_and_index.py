s = 'hello world hello'
print(s.find('hello'), s.find('hello', 1), s.rfind('hello'), s.find('x'), s.find(''), s.find('', 50), s.index('o'), s.rindex('o'), s.find('l', 4, 9), s.find('o', -8), s.rfind('', 0, 5), s.find('lo', None, 5))
for f in (lambda: s.index('zz'), lambda: s.rindex('zz'), lambda: s.find(1), lambda: s.find()):
    try: f()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
