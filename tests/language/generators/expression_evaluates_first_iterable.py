def src():
    print('evaluated')
    return [1, 2]
g = (x for x in src())
print('made')
print(list(g))
try: (x for x in 5)
except TypeError as e: print(e)
g = (x / y for x in (1,) for y in (0,))
print('lazy')
try: next(g)
except ZeroDivisionError as e: print(e)
