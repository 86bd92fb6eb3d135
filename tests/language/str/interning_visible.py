import sys
a = sys.intern('some string!')
b = sys.intern(''.join(['some ', 'string!']))
print(a is b)
try: sys.intern(5)
except TypeError as e: print(e)
