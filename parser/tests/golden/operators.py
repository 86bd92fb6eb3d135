a or b and not c
a < b is not c not in d
-a ** -b
a if b else c
a @ b // c % d << e >> f & g ^ h | i
~+-a
await_ = lambda: (yield)
