for a, (b, *c) in [(1, (2, 3, 4)), (5, (6,))]:
    print(a, b, c)
d = {}
for d['k'] in range(3): pass
print(d)
class A: pass
o = A()
for o.x in 'xyz': pass
print(o.x)
l = [0]
for l[0] in (7, 8): print(l)
