for src in ('', '\n\n', '#', '\\', '\\\n', '\x00', '\ufeff1', '(', 'a' * 100000, '1' * 5000, '"' * 10001, '{' * 300, 'x' + '=x' * 5000, 'f(' + 'a,' * 5000 + ')', '1' + '+1' * 5000, '[' + '1,' * 10000 + ']', 'x' + '.y' * 900, ';' * 1000, '\n' * 100000, '\t' * 200 + 'x', '@' * 1000, '~' * 900 + '1', 'if 1:' * 50, 'lambda:' * 90 + '1', '"' + 'a' * 100000 + '"', "f'{1" + '+1' * 500 + "}'"):
    try: exec(src, {'x': 0, 'a': 0, 'f': lambda *a: 0})
    except (SyntaxError, ValueError, NameError, MemoryError, RecursionError, AttributeError, TypeError): pass
print('survived')
