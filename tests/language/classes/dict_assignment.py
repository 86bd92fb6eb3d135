class A: pass
a = A()
a.__dict__ = {'x': 1}
a.y = 2
print(a.x, a.__dict__)
d = a.__dict__
d['z'] = 3
print(a.z)
for v in (5, None):
    try: a.__dict__ = v
    except TypeError as e: print(e)
del a.__dict__
print(a.__dict__)
try: A.__dict__['x'] = 1
except TypeError as e: print(e)
