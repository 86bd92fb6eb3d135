# What `copy` and `deepcopy` ask of objects, and in which order.
import copy
import copyreg

log = []


class Named:
    def __init__(self, name):
        self.name = name

    def __deepcopy__(self, memo):
        log.append(("deepcopy", self.name, type(memo).__name__))
        return Named(copy.deepcopy(self.name, memo) + "'")

    def __copy__(self):
        log.append(("copy", self.name))
        return Named(self.name + "*")


a = [Named("a"), (1, [2]), {"k": {3, 4}}]
a.append(a)
b = copy.deepcopy(a)
print(b[0].name, b[1], b[2], b[3] is b, b[1][1] is not a[1][1], log)
print(copy.copy(a[0]).name, copy.copy(a)[3] is a, log[-1])
t = ([],)
t[0].append(t)
u = copy.deepcopy(t)
print(u is not t, u[0][0] is u)
same = (1, "x", (2.5, None))
print(copy.deepcopy(same) is same, copy.copy(same) is same)


# Registered functions, memo and the objects that it keeps.
class Special:
    pass


copy._deepcopy_dispatch[Special] = lambda x, memo: "special"
print(copy.deepcopy([Special()]))
del copy._deepcopy_dispatch[Special]
copyreg.pickle(Special, lambda x: "kept")
s = Special()
print(copy.deepcopy(s) is s, copy.copy(s) is s)
memo = {}
x = [[1]]
y = copy.deepcopy(x, memo)
print(memo[id(x)] is y, memo[id(x[0])] is y[0], memo[id(memo)] == [x[0], x])


class Mapping(dict):
    def get(self, key, default=None):
        log.append("get")
        return super().get(key, default)


print(copy.deepcopy({1: [2]}, Mapping()), type(copy.deepcopy(Mapping(a=[1]))).__name__)


# __reduce_ex__, state, slots, list and dict items.
class Slotted:
    __slots__ = "x", "y"


class Rich(list):
    def __init__(self, *args):
        super().__init__(*args)
        self.extra = [0]


class State:
    def __getstate__(self):
        return {"v": self.v, "n": 1}

    def __setstate__(self, state):
        self.__dict__.update(state, set=True)


o = Slotted()
o.x = [1]
p = copy.deepcopy(o)
print(p.x, p.x is o.x, hasattr(p, "y"), copy.copy(o).x is o.x)
r = Rich([1, [2]])
q = copy.deepcopy(r)
print(q, type(q).__name__, q.extra, q.extra is r.extra, copy.copy(r).extra is r.extra, q[1] is r[1])
o = State()
o.v = [5]
p = copy.deepcopy(o)
print(p.__dict__, p.v is o.v, copy.copy(o).v is o.v)


class Args:
    def __new__(cls, *args, **kwargs):
        self = super().__new__(cls)
        self.args = args, kwargs
        return self

    def __getnewargs_ex__(self):
        return (1, [2]), {"k": 3}


print(copy.deepcopy(Args()).args, copy.copy(Args()).args)


class Method:
    def m(self):
        return self


o = Method()
m = copy.deepcopy(o.m)
print(m() is o, type(m()).__name__, copy.deepcopy(Method) is Method, copy.deepcopy(len) is len)


# Errors.
class Bad:
    def __init__(self, reduced):
        self.reduced = reduced

    def __reduce_ex__(self, protocol):
        log.append(protocol)
        return self.reduced


for reduced in ((), (list,), (list, (), None, None, None, None), 5, (dict, (), None, None, [(1, 2, 3)])):
    for function in copy.copy, copy.deepcopy:
        try:
            print(function(Bad(reduced)))
        except Exception as e:
            print(type(e).__name__, e if "Value after" not in str(e) and "iterable" not in str(e) else "")
print(log[-1])


class Growing:
    def __deepcopy__(self, memo):
        d[len(d)] = 0
        return self


d = {0: Growing(), 1: 1}
try:
    copy.deepcopy(d)
except RuntimeError as e:
    print(e)


class Nothing:
    def __getattribute__(self, name):
        if name.startswith("__reduce"):
            raise AttributeError(name)
        return object.__getattribute__(self, name)


for function in copy.copy, copy.deepcopy:
    try:
        function(Nothing())
    except copy.Error as e:
        print(e)
print(copy.deepcopy.__module__, copy.deepcopy.__name__, copy.deepcopy(1, None), copy.deepcopy(memo=None, x="s"))
print(copy._reconstruct([], None, list, ((1, 2),)), copy._deepcopy_list([1, [2]], {}, lambda v, memo: v))
