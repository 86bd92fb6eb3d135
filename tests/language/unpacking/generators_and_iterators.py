def g():
    yield 1
    yield 2
a, b = g()
print(a, b)
a, b = map(str, (1, 2))
print(a, b)
it = iter([1, 2, 3, 4])
a, b, *c = it
print(a, b, c, list(it))
