try:
    exec('def f():\n x = 1\n def g():\n  nonlocal y\n')
except SyntaxError as e:
    print(e.msg)
try:
    exec('nonlocal x')
except SyntaxError as e:
    print(e.msg)
