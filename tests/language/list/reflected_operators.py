# + and * of sequences come after what the other operand says
class Other:
    def __radd__(self, left):
        return ("radd", left)
    def __rmul__(self, left):
        return ("rmul", left)

for sequence in ([1], (1,), "a", b"a", bytearray(b"a")):
    print(sequence + Other(), sequence * Other())
items = [1]
items += Other()
print(items)
items = [1]
items *= Other()
print(items)
items = [1]
same = items
items *= 2
print(items is same, items)
for f in (lambda: [1] * "a", lambda: [1].__mul__("a"), lambda: [1] + 1, lambda: "a".__mul__(1.5), lambda: 1.5 * "a"):
    try:
        f()
    except TypeError as e:
        print(e)
