print(f'{"ab":5}|{"ab":<5}|{"ab":>5}|{"ab":^5}|{"ab":*^6}|{"abcdef":.3}|{"abc":5.2}|{"x":é>3}|{"a":05}|{"a":s}')
for spec in ('d', '=5', '+', ',', '5.', '#', 'q', ' '):
    try: print(format('a', spec))
    except ValueError as e: print(e)
