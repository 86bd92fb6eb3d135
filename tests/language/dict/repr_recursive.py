d = {}
d['self'] = d
d['list'] = [d]
print(d, {'a': {'b': {}}}, {1: 'x', 'y': None})
