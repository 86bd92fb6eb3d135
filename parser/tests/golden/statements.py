del a, (b, [c]), d.e
assert a, b
raise A from b
global x, y
return *a, b
x = y = 1,
x += yield
for a, *b in c, d: break
else: continue
while x: pass
