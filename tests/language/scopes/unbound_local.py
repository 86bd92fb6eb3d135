x = 1
def f():
    try:
        print(x)
    except UnboundLocalError as e:
        print(e)
    x = 2
f()
def g(c):
    if c: y = 1
    return y
print(g(1))
try: g(0)
except UnboundLocalError as e: print(e)
