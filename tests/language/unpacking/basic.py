a, b = 1, 2
(c, d) = [3, 4]
[e, f] = 'xy'
(g,) = {5}
h, = (6,)
print(a, b, c, d, e, f, g, h)
() = []
[] = ()
