f = lambda: (yield 5)
print(list(f()))
class A:
    items = [1, 2]
    doubled = list(x * 2 for x in items)
    def __iter__(self):
        yield from self.items
print(list(A()), A.doubled)
