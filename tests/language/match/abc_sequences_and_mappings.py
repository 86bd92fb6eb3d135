from collections import deque, OrderedDict, UserList, defaultdict
def f(x):
    match x:
        case [a, b]: return 'seq'
        case {'k': v}: return 'map'
        case _: return 'no'
print(f(deque([1, 2])), f(OrderedDict(k=1)), f(UserList([1, 2])), f(defaultdict(int)), f(memoryview(b'ab')), f(type('L', (list,), {})([1, 2])))
d = defaultdict(int)
match d:
    case {'x': 0}: print('made')
    case _: print('not made', dict(d))
