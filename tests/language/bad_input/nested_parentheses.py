# Accepting and refusing are both fine; crashing is not.
src = '(' * 100000 + ')' * 100000
for mode in ('eval', 'exec', 'single'):
    try: compile(src, 's', mode)
    except (SyntaxError, MemoryError, RecursionError): pass
print('survived')
