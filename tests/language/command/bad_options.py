import os, subprocess
for args in (['--nope'], ['-Z'], ['-c'], ['-m'], ['-W'], ['-X'], ['missing_file.py']):
    done = subprocess.run([os.environ['PYTHON_UNDER_TEST'], *args], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    print(args, done.returncode, bool(done.stderr.strip()))
