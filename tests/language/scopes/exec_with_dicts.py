g, l = {'a': 1}, {'b': 2}
exec('c = a + b\nglobal d\nd = 5', g, l)
print(l, g['d'], '__builtins__' in g)
print(eval('a + b', g, l))
class M(dict):
    def __missing__(self, k): return k + '!'
print(eval('foo + bar', {}, M()))
