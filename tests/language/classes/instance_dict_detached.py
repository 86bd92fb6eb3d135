# Changes of a `__dict__` that are more than stores under names.
class Point:
    def __init__(self):
        self.a = 1
        self.b = 2


def fresh():
    p = Point()
    return p, vars(p)


p, d = fresh()
del p.a
print(hasattr(p, "a"), d, d is p.__dict__)

p, d = fresh()
del d["a"]
p.z = 3
print(hasattr(p, "a"), d, d is p.__dict__)

p, d = fresh()
print(d.pop("a"), d, d.popitem(), d)
p.q = 1
print(d)

p, d = fresh()
d.clear()
print(d, hasattr(p, "a"))
p.q = 2
print(d)

p, d = fresh()
p.__dict__ = {"u": 1}
print(d, p.u, p.__dict__ is d)
d["a"] = 5
print(hasattr(p, "a"))

p, d = fresh()
p.__dict__ = d
p.a = 4
print(d, p.__dict__ is d)

p, d = fresh()
q = Point()
q.__dict__ = d
q.a = 99
p.t = 1
print(p.a, q.t, p.__dict__ is q.__dict__)

p, d = fresh()
exec("y = a + b\nglobal g\ng = 1", d)
print(p.y, p.g, "__builtins__" in d)


class Other(Point):
    pass


p, d = fresh()
p.__class__ = Other
p.n = 1
print(d, type(p).__name__, vars(p) is d)


class Key:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return hash(self.value)

    def __eq__(self, other):
        return self.value == other


class Text(str):
    pass


p, d = fresh()
print(d[Key("a")], d[Text("b")], d.get(Text("q")), d)
d[Text("b")] = 8
d[1] = 2
p.b += 1
print(p.b, d, [type(k).__name__ for k in d])
