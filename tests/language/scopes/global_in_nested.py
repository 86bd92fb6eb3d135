def f():
    x = 'f'
    def g():
        global x
        x = 'global'
    g()
    return x
print(f(), x)
