from _run import run
run('-c', 'assert 0; print("never")')
run('-O', '-c', 'assert 0; print(__debug__)')
run('-OO', '-c', 'def f(): "doc"\nprint(f.__doc__, __debug__)')
