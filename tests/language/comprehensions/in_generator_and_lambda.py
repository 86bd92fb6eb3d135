def g():
    yield [x for x in range(2)]
    yield {x: x for x in ()} if False else 'end'
print(list(g()))
f = lambda n: [x for x in range(n) if x != n // 2]
print(f(5))
for src in ('[(yield x) for x in y]', 'def f(): return {(yield) for _ in r}', 'def f(): ((yield) for _ in r)'):
    try: compile(src, 's', 'exec')
    except SyntaxError as e: print(e.msg)
