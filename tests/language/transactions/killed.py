"""A process that is killed in the middle of a block leaves nothing of its output."""

import subprocess
import sys

PROGRAM = """
import sys, transaction
file = open(1, "w", closefd=False)
with transaction.atomic:
    file.write("committed\\n" * 3000)
    file.flush()
print("ready", file=sys.stderr, flush=True)
with transaction.atomic:
    file.write("in the middle\\n" * 3000)
    file.flush()
    while True:
        pass
"""
process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
print(process.stderr.readline(), end="")
lines = [process.stdout.readline() for _ in range(3000)]
process.kill()
print(set(lines), repr(process.stdout.read()), process.wait())
process.stderr.close()
