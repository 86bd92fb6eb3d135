x = 1
def f():
    global x, fresh
    x += 1
    fresh = 'made'
f()
print(x, fresh)
def g():
    global fresh
    del fresh
g()
print('fresh' in globals())
