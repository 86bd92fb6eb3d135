def f(b, a):
    c = 1
    return dir()
print(f(1, 2), 'f' in dir(), dir() == sorted(dir()))
