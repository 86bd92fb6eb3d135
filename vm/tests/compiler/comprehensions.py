def f(a, x):
    y = [x for x in a]
    y = {x: z for x, z in a if x if z}
    y = {x for z in a for x in z}
    y = [[x for x in z] for z in a]
    y = [lambda: x for x in a]
    y = (x + y for x in a for y in [x])
    try:
        return [w := i for i in a]
    finally:
        pass
top = [n for n in top if n]
