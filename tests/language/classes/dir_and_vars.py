class A:
    a = 1
    def b(self): pass
class B(A):
    c = 2
    def __init__(self): self.d = 3
b = B()
print([n for n in dir(b) if not n.startswith('_')], [n for n in dir(B) if n[0] != '_'], vars(b), sorted(k for k in vars(B) if k[0] != '_'))
class C:
    def __dir__(self): return ['z', 'a']
print(dir(C()), '__init__' in dir(b), '__class__' in dir(5))
for bad in (5, [], object()):
    try: vars(bad)
    except TypeError as e: print(e)
