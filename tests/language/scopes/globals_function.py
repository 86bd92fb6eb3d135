globals()['dynamic'] = 5
print(dynamic, globals()['__name__'])
def f(): return globals() is g
g = globals()
print(f())
