"""Runs the interpreter under test; the runner names it in the environment."""
import os
import subprocess


def run(*args, stdin='', env=None, errors=False):
    """Prints what `PYTHON args` writes to standard output, its exit code, and the last line of its errors if asked."""
    done = subprocess.run([os.environ['PYTHON_UNDER_TEST'], *args], input=stdin, capture_output=True, text=True,
                          env={**os.environ, **(env or {})})
    last = done.stderr.strip().split('\n')[-1]
    print(repr(done.stdout), done.returncode, *([repr(last)] if errors else []))
