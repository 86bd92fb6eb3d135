d = {}
for c in 'hello': d[c] = d.get(c, 0) + 1
print(d)
del d['h']; d['h'] = 9; d['e'] = 0
print(d, list(d), list(reversed(d)), list(d.items())[-1])
