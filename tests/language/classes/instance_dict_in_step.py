# A `__dict__` that has been asked for and the attributes stay the same thing.
class Point:
    def __init__(self):
        self.a = 1
        self.b = 2


p = Point()
d = p.__dict__
print(d is p.__dict__, d is vars(p), type(d), d, len(d), list(reversed(d)))
p.a = 10
print(d["a"], d.get("missing"), "b" in d, "missing" in d)
d["a"] = 11
print(p.a)
d["new"] = 5
p.other = 6
print(p.new, d, list(d.items()))
for i in range(20):
    setattr(p, f"x{i}", i)
d["x19"] = "s"
print(len(d), d["x18"], p.x19)
d["not" + "interned" + str(1)] = 3
print(p.notinterned1, len(d))

p = Point()
d = vars(p)
d.update(a=3, w=4)
d.update({"k" + str(2): 9})
print(p.a, p.w, p.k2, d)
print(d.setdefault("a", 9), d.setdefault("n", 9), p.n)
print(p.__dict__ == dict(d), {"z": 1} | d, {**d}, d.copy())

p = Point()
d = vars(p)
it = iter(d)
next(it)
p.more = 1
try:
    next(it)
except RuntimeError as error:
    print(error)

empty = type("Empty", (), {})()
d = vars(empty)
print(d, len(d), bool(d))
d["x"] = 1
print(empty.x)


class Slotted:
    __slots__ = ("s", "__dict__")


s = Slotted()
s.s = 1
s.v = 2
d = vars(s)
s.w = 3
d["s"] = "hidden"
print(d, s.s)
for n in range(300):
    d[f"n{n}"] = n
print(len(d), s.n299, s.v, s.s)
