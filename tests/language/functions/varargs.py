def f(*args): return args
def g(a, *args): return a, args
def h(*args, k): return args, k
print(f(), f(1, 2), g(1), g(1, 2, 3), h(k=1), h(1, 2, k=3), f(*[1, 2], 3))
