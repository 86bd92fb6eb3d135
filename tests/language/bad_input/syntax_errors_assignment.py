def show(src):
    try: compile(src, 's', 'exec'); print('ok', repr(src))
    except SyntaxError as e: print(e.msg)
for src in ('1 = x', 'f() = 1', 'a + b = c', '"s" = 1', '(a, 1) = x', '[a, f()] = x', 'x if y else z = 1', 'lambda: 0 = 1', 'None = 1', '{a: b} = 1', '{a} = 1', '-a = 1', 'not a = 1', 'a < b = c', 'a and b = c', '[x for x in y] = 1', '(x for x in y) = 1', '(yield) = 1', 'await x = 1', 'f"x" = 1', '1 += 1', 'f() += 1', '(a, b) += 1', '[a] += 1', 'a, b += 1', 'for 1 in x: pass', 'for f() in x: pass', 'with a as 1: pass', 'with a as f(): pass', 'del 1', 'del f()', 'del a + b', 'del (a, 1)', '(x := 1) = 2', 'x := 1', '(a.b := 1)', '(a[0] := 1)', '(1 := 2)', 'a: int: str', '(a, b): int', '[a]: int', 'f(): int', '*a = 1', '*a, *b = c', 'a = *b', 'del *a', 'import a.b as c.d', '... = 1', '__debug__ = 1', 'x = yield = 1', 'a = 1 = b'):
    show(src)
