def f():
    x = 0
    def set(v):
        nonlocal x
        x = v
    def get(): return x
    return set, get
s, g = f()
s(42)
print(g(), s.__closure__[0] == g.__closure__[0])
