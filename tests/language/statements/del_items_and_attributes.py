l = [0, 1, 2, 3, 4, 5]
del l[0], l[-1]
print(l)
del l[1:3]
print(l)
d = {'a': 1, 'b': 2}
del d['a']
print(d)
class A: x = 1
o = A(); o.y = 2
del o.y
for f in ('o.y', 'o.x', "d['zz']", 'l[9]', 'zzz', '(1).real'):
    try:
        exec('del ' + f)
    except Exception as e:
        print(type(e).__name__, e)
