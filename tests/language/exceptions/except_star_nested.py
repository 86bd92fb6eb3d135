eg = ExceptionGroup('o', [ExceptionGroup('i', [ValueError(1), KeyError(2)]), ValueError(3)])
try:
    try: raise eg
    except* ValueError as g: print(repr(g))
except ExceptionGroup as rest: print(repr(rest))
for src in ('try: pass\nexcept* ValueError: break', 'try: pass\nexcept*: pass', 'try: pass\nexcept* A: pass\nexcept B: pass', 'def f():\n try: pass\n except* A: return 1'):
    try: exec(src)
    except SyntaxError as e: print(e.msg)
