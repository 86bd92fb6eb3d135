# collections.OrderedDict: order, its changes, equality, views, subclasses, pickling.
import collections
import copy
import pickle
from collections import OrderedDict

od = OrderedDict([("a", 1), ("b", 2)], c=3)
od.update({"d": 4}, e=5)
print(od, list(od), list(reversed(od)), len(od))
od.move_to_end("a")
od.move_to_end("d", last=False)
od.move_to_end("b", False)
od.move_to_end("b", False)
od.move_to_end("a")
print(list(od), od.popitem(), od.popitem(last=False), od.popitem(False), list(od.items()))
for action in (
    lambda: od.move_to_end("x"),
    lambda: od.pop("x"),
    lambda: OrderedDict().popitem(),
    lambda: OrderedDict(1, 2),
    lambda: OrderedDict(5),
    lambda: OrderedDict([(1,)]),
    lambda: OrderedDict([(1, 2, 3)]),
    lambda: hash(od),
):
    try:
        print(action())
    except Exception as e:
        print(type(e).__name__, e)
print(od.pop("x", None), od.pop("c"), od.pop(key="x", default=7), od.setdefault("s", 1), od.setdefault("s", 2), od.setdefault("n"))
print(od, repr(OrderedDict()), od == dict(od), od)

# Equality asks for the order between ordered dicts only.
a, b = OrderedDict(x=1, y=2), OrderedDict(y=2, x=1)
print(a == b, a != b, a == dict(b), dict(a) == b, a == 5, a != {}, a == OrderedDict(a))
try:
    a < b
except TypeError as e:
    print(e)

# Views.
print(a.keys(), a.values(), a.items(), a.keys() & b.keys() == {"x", "y"}, a.items() == b.items())
print([type(v).__name__ for v in (a.keys(), a.values(), a.items(), iter(a), reversed(a), iter(a.items()))])
print(list(reversed(a.items())), list(reversed(a.values())), list(reversed(a.keys())), isinstance(a.keys(), collections.abc.KeysView))
print(type(a.keys()).__mro__[1].__name__, "x" in a.keys(), ("x", 1) in a.items())

# Unions, copies, attributes.
c = a | {"z": 3}
print(type(c).__name__, c, {"w": 0} | a, type({} | a).__name__)
c |= [("q", 4)]
print(c)
c.note = ["n"]
for d in copy.copy(c), copy.deepcopy(c), pickle.loads(pickle.dumps(c)), c.copy():
    print(type(d).__name__, d == c, getattr(d, "note", None), getattr(d, "note", 0) is c.note, vars(c) is vars(d))
print(c.__reduce__()[:4], OrderedDict.fromkeys("ab", value=0), c.__dict__)
print(list(pickle.loads(pickle.dumps(iter(a)))), a.__sizeof__() > dict(a).__sizeof__())


# Changes during iteration.
def change(action):
    d = OrderedDict.fromkeys("abcde")
    try:
        for k in d:
            action(d, k)
    except RuntimeError as e:
        return str(e)
    return "".join(d)


print(change(lambda d, k: d.update(f=1)), change(lambda d, k: d.move_to_end(k)), change(lambda d, k: d.pop("e", 0)))
print(change(lambda d, k: d.update(a=1)), change(lambda d, k: (d.popitem(), d.update(e=1))), change(lambda d, k: d.clear()))
print(change(lambda d, k: d.move_to_end("c", last=False)))


# Subclasses.
class Loud(OrderedDict):
    def __setitem__(self, key, value):
        print("set", key)
        super().__setitem__(key, value)

    def __missing__(self, key):
        return f"no {key}"


loud = Loud([("k", 1)])
loud.update(m=2)
loud.setdefault("d", 3)
print(loud["?"], loud, loud.copy() == loud, Loud.fromkeys("z"))
loud.move_to_end("k")
print(loud.popitem(), loud.popitem(last=False), loud.pop("d"), loud)

r = OrderedDict(a=1)
r["self"] = r
print(r)

# As a queue and as a cache, many times over.
q = OrderedDict.fromkeys(range(20))
for i in range(20, 3000):
    assert q.popitem(last=False)[0] == i - 20
    q[i] = None
for i in range(3000):
    q.move_to_end(2980 + i % 20, last=bool(i % 3))
    assert next(iter(q)) == 2980 + i % 20 or next(reversed(q)) == 2980 + i % 20
print(list(q))
