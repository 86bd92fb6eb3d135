from _run import run
run('-c', 'print("no newline", end="")')
run('-c', 'import sys; sys.stdout.write("x"); 1/0')
run('-c', 'import sys; sys.stdout.write("y"); sys.exit(2)')
run('-c', 'import atexit; atexit.register(print, "at exit"); raise SystemExit(1)')
