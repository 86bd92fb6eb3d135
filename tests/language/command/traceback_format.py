import os, subprocess
def stderr(*args):
    print(subprocess.run([os.environ['PYTHON_UNDER_TEST'], *args], capture_output=True, text=True).stderr)
stderr('_fails.py')
stderr('-c', 'def f():\n    1/0\nf()')
stderr('_bad_syntax.py')
