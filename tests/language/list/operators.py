a = [1, 2]
print(a + [3], a * 2, 2 * a, a * 0, a * -1, [1] == [1.0], [1, 2] < [1, 3], [1] < [1, 0], [] < [0], [1, 2] != [1], 2 in a, a > [1], [1, 'a'] == [1, 'a'])
for f in (lambda: a + (1,), lambda: a * 1.5, lambda: a * a, lambda: [1] < ['a'], lambda: a + None, lambda: a - a):
    try: f()
    except TypeError as e: print(e)
