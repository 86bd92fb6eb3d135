# Items whose `__eq__` is Python code, which may change the sets that are being compared.
class Key:
    def __init__(self, n, act=None):
        self.n, self.act = n, act

    def __hash__(self):
        return 1

    def __eq__(self, other):
        if self.act:
            act, self.act = self.act, None
            act()
        return isinstance(other, Key) and self.n == other.n

    def __repr__(self):
        return f"Key({self.n})"


def keys(*numbers):
    return {Key(n) for n in numbers}


def show(items):
    return sorted(k.n for k in items)


a, b = keys(1, 2, 3), keys(2, 3, 4)
print(show(a & b), show(a - b), show(a | b), show(a ^ b))
print(a <= b, keys(2, 3) < a, a == keys(3, 2, 1), a != b, a >= keys(1), frozenset(a) == a)

# A set that is cleared or grows while it is asked.
b = keys(2, 3, 4)
a = {Key(5), Key(2, b.clear)}
print(show(a - b) in ([2, 5], [5]))
walked = keys(1, 2, 3)
for item in walked:
    item.act = lambda: walked.update(keys(7, 8, 9, 10))
print(show(walked & keys(1, 2, 3, 4)) == [1, 2, 3])

# Iteration notices a change of size, in native loops too.
growing = {1, 2, 3}
for use in (lambda: max(growing, key=growing_key), lambda: any(growing_key(v) and False for v in growing)):
    growing = {1, 2, 3}

    def growing_key(v):
        growing.add(v + 10)
        return v

    try:
        use()
    except RuntimeError as e:
        print(e)

it = iter({10, 20, 30})
next(it)
print(it.__length_hint__(), len(list(it)), it.__length_hint__())
print([1, 2] < [1, 3], [1] == [1.0], [[1]] != [[2]], {1} == frozenset([1]), {1} < {1, 2}, frozenset() <= frozenset())
