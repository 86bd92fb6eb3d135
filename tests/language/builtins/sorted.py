print(sorted([3, 1]), sorted('bca'), sorted({'b': 1, 'a': 2}), sorted([1, -2], key=abs, reverse=True), sorted((x for x in (2, 1))), sorted([]), sorted(['b', 'A'], key=str.lower), sorted([(1, 'b'), (1, 'a')]))
for f in (lambda: sorted(5), lambda: sorted([1, 'a']), lambda: sorted([1], 2), lambda: sorted([1j, 2j]), lambda: sorted([None, 1])):
    try: f()
    except TypeError as e: print(e)
