from _allmod import *
print(a, b, 'c' in globals())
from _pkg.simple import *
print(VALUE, func(), '_private' in globals())
try: exec('def f():\n from os import *')
except SyntaxError as e: print(e.msg)
