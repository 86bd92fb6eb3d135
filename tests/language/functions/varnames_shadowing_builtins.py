def f(list, str=1, *print, **len): return list, str, print, len
print(f(1, 2, 3, x=4))
