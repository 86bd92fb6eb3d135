from collections import Counter, OrderedDict, defaultdict, deque, namedtuple, ChainMap
print(Counter('hello').most_common(1), Counter('ab') + Counter('b'), defaultdict(list, a=[1])['z'], OrderedDict(a=1), ChainMap({'a': 1}, {'a': 2, 'b': 3})['b'])
d = deque([1, 2, 3], maxlen=3); d.append(4); d.appendleft(0); d.rotate(1); print(d, d.pop(), d.popleft(), d[0])
P = namedtuple('P', 'x y', defaults=[5]); p = P(1); print(p, p.x, p._replace(x=9), p._asdict(), P._fields, p == (1, 5), P._make([7, 8]))
o = OrderedDict(a=1, b=2); o.move_to_end('a'); print(o, o.popitem(last=False))
