from _run import run
run('-u', '-c', 'import sys; sys.stdout.write("a"); import os; os._exit(0)')
run('-q', '-c', 'import sys; print(sys.flags.quiet)')
run('-B', '-c', 'import sys; print(sys.dont_write_bytecode, sys.flags.dont_write_bytecode)')
run('-X', 'utf8', '-X', 'name=value', '-c', 'import sys; print(sys._xoptions)')
run('-v', '-c', 'import sys; print(sys.flags.verbose)')
