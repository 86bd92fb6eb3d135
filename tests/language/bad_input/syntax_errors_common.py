def show(src):
    try: compile(src, 's', 'exec'); print('ok', repr(src))
    except SyntaxError as e: print(type(e).__name__, e.msg, e.lineno, e.offset)
for src in ('x = ', 'x = = 1', 'f(', 'f(]', '(1, 2', 'x = )', 'if x', 'if x = 1: pass', 'while True', 'for x y: pass', 'def f: pass', 'def f()', 'class', 'class A', 'return', 'break', 'continue', 'yield x', 'else: pass', 'x = "abc', "x = 'abc", 'x = """abc', 'print 1', 'exec "x"', 'import', 'from x import', 'from . import', 'import a.b as', 'a b', '1a', '1 2', 'x y z', 'lambda', 'lambda x', '@', '@x', 'try: pass', 'with: pass', 'with x', 'del', 'raise x y', 'assert', 'global', 'global x.y', 'nonlocal x'):
    show(src)
