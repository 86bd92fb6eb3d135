# Threads that write the keys of one dict leave a dict like any other.
import copy
import json
import pickle
import threading
from collections import Counter, OrderedDict, defaultdict


def in_thread(function, *args):
    thread = threading.Thread(target=function, args=args)
    thread.start()
    thread.join()


def made(table):
    """Has threads take the dict from each other until they have written each key after another thread."""
    for key in [*table][:1] * 6 + [*table]:
        in_thread(table.__setitem__, key, table[key])
    return table


def fresh():
    return made({"a": 1, "b": [2], 3: "c", None: None, 4.5: {}})


d = fresh()
print(d, len(d), d["a"], d.get("b"), d.get("x", 0), 3 in d, 5 in d)
print(list(d), list(d.values()), list(d.items()), list(reversed(d.items())))
print(d == fresh(), d != fresh(), d == {}, d.copy() == d, dict(d) == d, {**d} == d, d | {} == d)

d["a"] += 1
d["b"].append(3)
d[3] = d["a"]
d["new"] = 6
print(d)
print(d.pop("a"), d.pop("a", "gone"), d.popitem(), d.popitem(), d)
del d["b"]
d["b"] = "again"
print(d, d.setdefault("b"), d.setdefault("z", 1), d)
d.update({"b": 1, "y": 2}, x=3)
d |= {3: 4, "w": 5}
print(d)
d.clear()
print(d, len(d))
d["a"] = 1
print(d)

d = fresh()
shallow, deep = copy.copy(d), copy.deepcopy(d)
shallow["b"].append(7)
shallow["a"] = 8
print(d, shallow, deep)
print(pickle.loads(pickle.dumps(d)), json.dumps({"k": made({"x": 1})}))

d = fresh()
for i in range(100):
    d[i] = i
for i in range(100):
    del d[i]
print(d)
for key in d:
    d[key] = key
print(d, dict.fromkeys(d), Counter(d.keys()) == Counter(d))
print(eval("a + b", made({"a": 1, "b": 2})), "{x}-{y}".format_map(made({"x": 1, "y": 2})))
print((lambda **kw: kw)(**made({"p": 1, "q": 2})))
try:
    for key in d:
        d["grown"] = 1
except RuntimeError as error:
    print(error)

e = made(defaultdict(list, {"a": [1], "b": [2]}))
e["a"].append(3)
e["c"].append(4)
print(e)
o = made(OrderedDict(a=1, b=2, c=3))
o.move_to_end("a")
o["b"] = 5
print(o, o.popitem(last=False), o)
c = made(Counter("abca"))
c.update("aab")
print(sorted(c.items()), c.most_common(1))


class Sub(dict):
    def __missing__(self, key):
        return key * 2


s = made(Sub(a=1, b=2))
s["b"] += 1
print(s, s["zz"], type(s.copy()).__name__)


class Thing:
    def __init__(self):
        self.x, self.y = 1, 2


t = Thing()
made(vars(t))
vars(t)["not a name"] = 3
made(vars(t))
t.x += 10
vars(t)["y"] += 20
del t.x
t.z = 5
print(vars(t), t.y)

count = 0


def up():
    global count
    count += 1


for _ in range(8):
    in_thread(up)
up()
print(count, globals()["count"], vars()["count"])
globals()["count"] = 20
up()
print(count)
del count
try:
    up()
except NameError as error:
    print(error)
count = 1
up()
print(count)
