# The hash of a tuple is computed once at most; equal tuples of any length and class have the same.
class Counted:
    calls = 0

    def __hash__(self):
        Counted.calls += 1
        return 7


item = Counted()
three, nested = (item, 1, 2), ((item, 1, 2), "x", ())
print(hash(three) == hash(three) == hash((item, 1, 2)), Counted.calls <= 3)
table = {nested: "found"}
print(table[nested], table[(three, "x", ())], hash(nested) == hash((three, "x", ())))


class Pair(tuple):
    __slots__ = ()


print([hash(tuple(range(n))) == hash(Pair(range(n))) for n in range(6)])
print(hash((1, 2, 3)), hash((1.0, 2, True)), hash(()), hash((-1,)))
