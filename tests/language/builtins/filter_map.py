print(list(filter(None, [0, 1, '', 'a'])), list(filter(lambda x: x % 2, range(6))), list(map(str, [1, 2])), list(map(lambda a, b: a + b, [1, 2, 3], (10, 20))), list(map(max, 'ab', 'ba')), type(map(str, [])).__name__)
m = map(int, ['1', 'x']); print(next(m))
for f in (lambda: next(m), lambda: map(), lambda: map(str), lambda: map(str, 5), lambda: list(map(5, [1])), lambda: filter(1), lambda: list(map(lambda: 0, [1])), lambda: list(map(str, [1], strict=True)) and list(map(lambda a, b: 0, [1], [1, 2], strict=True))):
    try: f()
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
