print(1 + 2 * 3, 'a' * 3 + 'b', (1, 2) + (3,), -(5), 2 ** 100, not 0, 'abc'[1], (1, 2, 3)[-1], 3 in (1, 2, 3))
try:
    1 / 0
except ZeroDivisionError as e:
    print(e)
