# A generator expression asks for the iterator once, where it stands, and takes what that gives.
import types


class Iterator:
    def __init__(self):
        self.n = 0

    def __next__(self):
        self.n += 1
        if self.n > 2:
            raise StopIteration
        return self.n


class Iterable:
    def __iter__(self):
        print("iter")
        return Iterator()


g = (x for x in Iterable())
print(list(g))
code = (x for x in "").gi_code
for source in (iter("ab"), 5, {1: 2}):
    try:
        print(list(types.FunctionType(code, {})(source)))
    except TypeError as e:
        print(e)
