# faulthandler: tracebacks on request, switching it on and off
import faulthandler
import re
import tempfile


def outer():
    inner()


def inner():
    with tempfile.TemporaryFile("w+") as file:
        faulthandler.dump_traceback(file, all_threads=False)
        faulthandler.dump_traceback(file.fileno())
        file.seek(0)
        for line in file:
            print(re.sub(r'0x\w+|File ".*"|( \[.*\])', "", line), end="")


outer()
print(faulthandler.is_enabled(), faulthandler.disable())
with tempfile.TemporaryFile() as file:
    faulthandler.enable(file)
    print(faulthandler.is_enabled(), faulthandler.disable(), faulthandler.is_enabled())
try:
    faulthandler.dump_traceback(-1)
except ValueError as e:
    print(e)
