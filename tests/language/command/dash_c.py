from _run import run
run('-c', 'print(1 + 1)')
run('-c', 'import sys; print(sys.argv, __name__)', 'a', '-b', '--c')
run('-c', 'raise ValueError("x")', errors=True)
run('-c', 'x = = 1', errors=True)
run('-c', 'if 1:\n  print("block")\nelse: pass')
run('-c', '  print("indented")')
