import _modgetattr as m
print(m.dynamic, dir(m), hasattr(m, 'zip'))
from _modgetattr import dyn_x
print(dyn_x)
try: m.other
except AttributeError as e: print(e)
