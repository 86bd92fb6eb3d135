l = [3, 1, 2]
def key(x):
    l.append(x)
    return x
try: l.sort(key=key)
except ValueError as e: print(e)
l = [3, 1, 2]
def bad(x):
    if x == 2: raise KeyError('k')
    return x
try: l.sort(key=bad)
except KeyError: print(sorted(l))
class C:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return self.v > o.v
print([c.v for c in sorted(map(C, (1, 3, 2)))])
