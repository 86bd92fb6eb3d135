def show(src):
    try: compile(src, 's', 'exec'); print('ok', repr(src))
    except SyntaxError as e: print(e.msg)
for src in ('f(a=1, 2)', 'f(**a, b)', 'f(**a, *b)', 'f(a=1, a=2)', 'f(1=2)', 'f(a.b=1)', 'f(x for x in y, 1)', 'f(1, x for x in y)', 'f(a, b for b in c, d)', 'f(True=1)', 'f(a=)', 'f(*)', 'f(**)', 'f(a b)', 'f(a, , b)', 'def f(a, a): pass', 'def f(a=1, b): pass', 'def f(*): pass', 'def f(*, **k): pass', 'def f(**k, a): pass', 'def f(*a, *b): pass', 'def f(a, /, b, /): pass', 'def f(*, /): pass', 'def f(/, a): pass', 'def f(*a=1): pass', 'def f(**k=1): pass', 'def f(1): pass', 'def f(a.b): pass', 'def f((a, b)): pass', 'def f(None): pass', 'lambda a, a: 0', 'lambda a=1, b: 0', 'lambda *: 0', 'class A(x for x in y): pass', 'class A(a=1, a=2): pass', 'def f[T, T](): pass', 'def f[*T: int](): pass', 'def f[](): pass', 'type X[T = int, U] = T', 'def f(a: yield): pass', 'f(a := 1, b=(c := 2))', 'f(a=b := 1)', 'def f(a, *b, c, *, d): pass', 'def f(*a, /): pass'):
    show(src)
