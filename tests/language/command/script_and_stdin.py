from _run import run
run('_target2.py', 'a', 'b')
run('-', 'q', stdin='import sys; print("stdin", sys.argv)')
run(stdin='print("plain stdin")')
run('_package')
