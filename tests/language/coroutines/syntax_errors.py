for src in ('def f(): await x', 'await x', 'def f():\n async with a: pass', 'def f(): [x async for x in y]', 'async def f(): yield from x', 'async def f():\n yield 1\n return 2', 'def f():\n async for x in y: pass', 'async x = 1', 'await = 1', 'lambda: await x'):
    try: compile(src, 's', 'exec'); print('ok', src)
    except SyntaxError as e: print(e.msg)
