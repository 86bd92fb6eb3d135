for src in ('def f():\n x = 1\n global x', 'def f(x):\n global x', 'def f():\n nonlocal z', 'def f():\n print(x)\n global x',
            'def f(x):\n nonlocal x', 'def f():\n x: int\n global x', 'class A:\n nonlocal q'):
    try: exec(src)
    except SyntaxError as e: print(e.msg)
