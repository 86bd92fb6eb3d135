len_ = len
x = 'g'
def f():
    return x, len('abc')
def g():
    x = 'l'
    len = lambda s: 'mine'
    return x, len('abc')
print(f(), g())
len = lambda s: 'global mine'
print(f())
del len
print(f())
