d = {'a': 1}
print([type(x).__name__ for x in (iter(d), iter(d.keys()), iter(d.values()), iter(d.items()), reversed(d), d.keys(), d.values(), d.items())], iter(d).__length_hint__())
