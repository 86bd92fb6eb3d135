# Accepting and refusing are both fine; crashing is not.
for head, depth in (('if 1:', 200), ('for x in y:', 25), ('def f():', 90), ('class A:', 90), ('with a:', 50), ('try:', 50)):
    src = ''.join(' ' * i + head + '\n' for i in range(depth)) + ' ' * depth + 'pass\n'
    try: compile(src, 's', 'exec')
    except (SyntaxError, RecursionError, MemoryError): pass
print('survived')
