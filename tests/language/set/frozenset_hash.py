a, b = frozenset([1, 2, 3]), frozenset([3, 2, 1])
print(hash(a) == hash(b), {a: 'v'}[b], a in {b}, {1, 2, 3} in {a})
try: hash({1})
except TypeError as e: print(e)
s = {frozenset({1})}
s.discard({1}); print(s)
