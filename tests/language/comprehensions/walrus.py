print([y for x in range(5) if (y := x * 2) > 4], y)
total = 0
print([total := total + v for v in range(5)], total)
for src in ('[x := 0 for x in y]', '[(i := 1) for i in r]', '[x for x in (y := [1])]', 'class A:\n [z := 1 for _ in r]'):
    try: compile(src, 's', 'exec')
    except SyntaxError as e: print(e.msg)
