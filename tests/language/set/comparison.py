a, b = {1, 2}, {1, 2, 3}
print(a < b, a <= b, b > a, a <= a, a < a, a == {2, 1}, a != b, a == frozenset(a), a == [1, 2], {1} < {2}, {1} > {2}, set() < a, a >= set(), sorted([{1, 2, 3}, {1}, {1, 2}], key=len))
