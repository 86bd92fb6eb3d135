a, b = {1, 2, 3}, {2, 3, 4}
print(a | b, a & b, a - b, b - a, a ^ b, a | frozenset({9}) == {1, 2, 3, 9}, type(a | frozenset()).__name__, type(frozenset() | a).__name__)
for f in (lambda: a | [1], lambda: a & (1,), lambda: a - 'x', lambda: a + b, lambda: a < [1]):
    try: f()
    except TypeError as e: print(e)
