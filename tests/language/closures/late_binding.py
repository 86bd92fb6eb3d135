fs = [lambda: i for i in range(3)]
print([f() for f in fs])
fs = [lambda i=i: i for i in range(3)]
print([f() for f in fs])
def g():
    for i in range(3): yield lambda: i
print([f() for f in g()], [f() for f in list(g())])
