a, b = {'x': 1, 'y': 2}, {'y': 3, 'z': 4}
print(a | b, b | a, a)
c = a
c |= b; print(a); c |= [('q', 9)]; print(a)
for f in (lambda: a | [1], lambda: a | None, lambda: [1] | a):
    try: f()
    except TypeError as e: print(e)
