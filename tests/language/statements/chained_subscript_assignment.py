d = {}
d['a'] = d['b'] = [1]
d['a'][0:0] = d['b'] = [0]
print(d)
m = [[0] * 3 for _ in range(2)]
m[1][2] = m[0][0] = 7
print(m)
