for src in ('[' * 5000 + ']' * 5000, '-' * 100000 + '1', 'not ' * 50000 + '1', '{1:' * 5000 + '1' + '}' * 5000, 'lambda: ' * 20000 + '1', 'a' + '.a' * 100000, 'a' + '(a)' * 20000, 'a' + '[0]' * 20000):
    try: compile(src, 's', 'eval')
    except (SyntaxError, MemoryError, RecursionError): pass
print('survived')
