import os, subprocess
for option in ('-V', '--version', '-h', '--help'):
    done = subprocess.run([os.environ['PYTHON_UNDER_TEST'], option], capture_output=True, text=True)
    print(option, done.returncode, bool(done.stdout.strip()), repr(done.stderr))
