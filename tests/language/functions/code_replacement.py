def f(): return 1
def g(): return 2
f.__code__ = g.__code__
print(f(), f.__name__)
def outer():
    x = 1
    def inner(): return x
    return inner
try:
    f.__code__ = outer().__code__
except ValueError as e:
    print(e)
