d = {'a': 1, 'b': 2}
k, v, i = d.keys(), d.values(), d.items()
print(k, v, i, len(k), 'a' in k, 2 in v, ('a', 1) in i, ('a', 2) in i)
d['c'] = 3
print(k, list(v), list(i), list(reversed(k)), list(reversed(i)), k.mapping, k.mapping == d)
