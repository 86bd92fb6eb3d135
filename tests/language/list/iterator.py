l = [1, 2, 3]
it = iter(l)
print(next(it), it.__length_hint__(), list(it), list(it), type(it).__name__)
l.append(4)
print(list(it))
it = iter(l); next(it); l.clear(); print(next(it, 'gone'))
r = reversed([1, 2, 3])
print(next(r), r.__length_hint__(), list(r), type(r).__name__)
