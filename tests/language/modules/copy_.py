import copy
class A:
    def __init__(self): self.l = [1]
a = A(); s, d = copy.copy(a), copy.deepcopy(a)
a.l.append(2); print(s.l, d.l)
l = [1, [2]]; l.append(l); m = copy.deepcopy(l); print(m[2] is m, m[1] is l[1], m)
class C:
    def __copy__(self): return 'copied'
    def __deepcopy__(self, memo): return 'deep'
print(copy.copy(C()), copy.deepcopy([C()]), copy.copy((1,)), copy.deepcopy({'a': {1}}))
