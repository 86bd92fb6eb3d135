class Evil:
    def __init__(self, target): self.target = target
    def __eq__(self, o): self.target.clear(); return False
    def __hash__(self): return 1
    def __lt__(self, o): self.target.clear(); return True
    def __repr__(self): self.target.clear(); return 'evil'
    def __index__(self): self.target.clear(); return 0
    def __iter__(self): self.target.clear(); return iter([1])
l = []; l[:] = [Evil(l) for _ in range(20)]
print(l.count(1), len(l)); l[:] = [Evil(l) for _ in range(5)]
print(5 in l, len(l)); l[:] = [Evil(l) for _ in range(5)]
try: l.index(7)
except ValueError: print('ValueError')
l[:] = [Evil(l) for _ in range(5)]
print(repr(l), len(l)); l[:] = [Evil(l) for _ in range(5)]
try: l.sort()
except ValueError as e: print(e)
l[:] = [1, 2, 3]
try: l[Evil(l)]
except IndexError as e: print(e)
l[:] = [1, 2, 3]; l[1:2] = Evil(l); print(l)
d = {}; d.update({Evil(d): i for i in range(1)}); print(Evil(d) in d, len(d))
s = set(); s.add(Evil(s)); print(Evil(s) in s, len(s))
l[:] = [1, 2, 3]; l.extend(Evil(l)); print(l)
b = bytearray(b'abc')
class Shrink:
    def __index__(self): del b[:]; return 65
try: b[2] = Shrink(); print(b)
except IndexError as e: print(e)
