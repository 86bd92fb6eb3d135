d = {i: i for i in range(5)}
for k in list(d):
    if k % 2: del d[k]
print(d)
it = iter(d); next(it); d[100] = 1
try: next(it)
except RuntimeError as e: print(e)
it = iter(d.items()); d.clear()
try: next(it)
except RuntimeError as e: print(e)
for k in d: pass
d = {1: 1, 2: 2}
for k in d: d[k] = 'changed'
print(d)
