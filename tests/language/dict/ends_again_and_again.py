# Items taken from the ends of a dict, and others added, many times over.
d = {}
for i in range(1000):
    d[i] = i
    d.popitem()
print(d, 5 in d)

d = {"stays": 0}
for i in range(1000):
    d[i] = i
    d[i, i] = i
    d.popitem()
    del d[i]
print(d, 999 in d)

d = dict.fromkeys(range(50))
for i in range(50, 5000):
    first = next(iter(d))
    assert first == i - 50
    del d[first]
    d[i] = None
print(list(d)[:3], list(reversed(d))[:3], len(d))

for i in range(49):
    d.popitem()
print(d)
d.popitem()
try:
    d.popitem()
except KeyError as e:
    print(e)
d["new"] = 1
print(d, list(d.items()))
