import builtins
print(__debug__, __name__, __builtins__ is builtins or __builtins__ is builtins.__dict__)
for src in ('None = 1', 'True = 1', '__debug__ = 1', 'def f(None): pass', 'x.None = 1', 'for True in []: pass', 'f(True=1)', 'del None', 'import x as None', '... = 1', 'None += 1'):
    try: compile(src, 's', 'exec')
    except SyntaxError as e: print(e.msg)
