a, b = {'x': 1, 'y': 2}, {'y': 2, 'z': 3}
print(sorted(a.keys() & b), sorted(a.keys() | b.keys()), sorted(a.keys() - b.keys()), sorted(a.keys() ^ b.keys()), sorted(a.items() & b.items()), a.keys() == {'x', 'y'}, a.keys() <= {'x', 'y', 'z'}, a.keys().isdisjoint(['q']), a.items() == {('x', 1), ('y', 2)}, a.keys() < b.keys(), sorted(a.keys() & ['x']), a.values() == a.values())
