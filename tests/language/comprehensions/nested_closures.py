fs = [[lambda: (i, j) for j in range(2)] for i in range(2)]
print([[f() for f in row] for row in fs])
print([(lambda x: x * i)(2) for i in range(3)], [g() for g in [lambda v=v: v for v in 'ab']])
