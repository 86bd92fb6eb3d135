import collections, pickle


class Plain:
    pass


class Slots:
    __slots__ = ('a', 'b')


class Items(list):
    pass


class Outer:
    class Inner:
        def method(self):
            pass


class WithKeywords:
    def __new__(cls, *args, **kwargs):
        return object.__new__(cls)

    def __getnewargs_ex__(self):
        return (1,), {'z': 3}


plain, slots, items, circle = Plain(), Slots(), Items([1, 2]), ([],)
plain.x, plain.me = 1, plain
slots.a = 'text'
items.extra = None
circle[0].append(circle)
OBJECTS = (
    None, True, 0, 255, 256, -1, 2**31, -2**31 - 1, 10**20, 1.5, '', 'a\n\\é\u20ac\U0001f600\udc80', b'', b'\xff',
    bytearray(b'x'), (), (1,), (1, 2, 3, 4), [], [1], [1, 2], {}, {1: 2}, {1: 2, 3: 4}, set(), {1}, frozenset({1}),
    ..., NotImplemented, type(None), len, Plain, Outer.Inner, Outer.Inner.method, [].append, plain, slots, items,
    circle, circle[0], WithKeywords(), collections.OrderedDict(a=1), ['same'] * 2, ValueError('x'),
)
for thing in OBJECTS:
    for protocol in range(2 if thing is slots else 0, 6):
        data = pickle.dumps(thing, protocol)
        print(protocol, data)
        pickle.loads(data)

# Batches, frames, and objects that stand outside of them.
for thing in (range(999), range(1000), range(1001), range(2000)):
    for container in (list(thing), dict.fromkeys(thing), set(thing)):
        data = pickle.dumps(container, 4)
        print(len(data), data.count(b'('), pickle.loads(data) == container)
big = ['x' * 70000, 1, b'y' * 70000, bytearray(70000), [str(i) for i in range(20000)]]
for protocol in range(6):
    data = pickle.dumps(big, protocol)
    print(len(data), pickle.loads(data) == big)
