def f(a: undefined_yet): pass
try: f.__annotations__
except NameError as e: print(e)
undefined_yet = int
print(f.__annotations__)
class A:
    x: B
class B: pass
print(A.__annotations__['x'] is B)
