vals = iter([1, 2, 0, 3])
print(list(iter(lambda: next(vals), 0)))
it = iter(int, 1); print(next(it), type(it).__name__)
for f in (lambda: iter(5), lambda: iter(5, 1), lambda: iter(), lambda: next(5), lambda: next([])):
    try: f()
    except TypeError as e: print(e)
i = iter([]); print(next(i, 'd'), iter(i) is i)
