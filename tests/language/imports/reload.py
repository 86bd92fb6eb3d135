import importlib, _counter
_counter.extra = 1
m = importlib.reload(_counter)
print(m is _counter, m.count, m.extra)
