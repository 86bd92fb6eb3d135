def show(src):
    try: compile(src, 's', 'exec'); print('ok', repr(src))
    except SyntaxError as e: print(type(e).__name__, e.msg, e.lineno)
for src in (' x = 1', 'if 1:\npass', 'if 1:\n  a\n b', 'if 1:\n  a\n    b', 'def f():\nreturn 1', 'class A:\nx = 1', 'for x in y:\nprint(x)', 'while 1:\nx', 'try:\npass', 'try:\n  pass\nexcept:\npass', 'try:\n  pass\nfinally:\npass', 'with a:\nb', 'else:\n  x', 'if 1:\n  x\nelse:\ny', 'if 1:\n  x\nelif 2:\ny', 'match x:\ncase 1: pass', 'match x:\n  case 1:\n  pass', 'if 1:\n\tx\n        y', 'if 1:\n        x\n\ty', 'def f():\n  x\n  ', 'if 1:\n  # only a comment\n', 'async def f():\nx', '\tx', 'if 1: x\n  y', 'class A: pass\n  def f(): pass', 'def f():\n    """doc"""\n  x = 1'):
    show(src)
