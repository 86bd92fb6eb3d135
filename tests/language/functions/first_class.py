def add(a, b): return a + b
ops = {'add': add, 'neg': lambda x: -x}
def compose(f, g): return lambda *a: f(g(*a))
print(ops['add'](1, 2), compose(ops['neg'], add)(3, 4), list(map(ops['neg'], [1, 2])))
print([f.__name__ for f in (add, ops['neg'], print, len)])
