d = {'a': 1, 'n': None}
print(d.get('a'), d.get('b'), d.get('b', 5), d.get('n', 7), d.setdefault('a', 9), d.setdefault('c'), d.setdefault('d', []), d)
d['d'].append(1); print(d)
try: d.get([])
except TypeError as e: print(e)
