import sys, io
class Broken:
    def write(self, s): raise OSError('no write')
    def flush(self): raise OSError('no flush')
real = sys.stdout
sys.stdout = Broken()
try: print('x')
except OSError as e: error = e
sys.stdout = None
print('goes nowhere')
del sys.stdout
try: print('x')
except RuntimeError as e: lost = e
sys.stdout = real
print(error, '|', lost)
f = io.StringIO(); f.close()
try: print('x', file=f)
except ValueError as e: print(e)
