if True: a: int = 1
else: b: int = 2
import __main__
print(__main__.__annotations__)
def f():
    loc: undefined_name = 5
    other: undefined_thing
    return loc
print(f(), f.__annotations__)
