import _pkg.simple as m
try: m.nope
except AttributeError as e: print(e)
try: m.VALU
except AttributeError as e: print(e)
m.new = 1; print(m.new, 'new' in dir(m)); del m.new
try: del m.new
except AttributeError as e: print(e)
