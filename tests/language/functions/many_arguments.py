def f(*a): return len(a)
args = ', '.join(map(str, range(300)))
print(eval(f'f({args})'))
ns = {}
exec('def g(' + ', '.join(f'a{i}' for i in range(300)) + '): return a0 + a299', ns)
print(ns['g'](*range(300)))
