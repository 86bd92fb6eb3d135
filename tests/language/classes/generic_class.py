class Stack[T]:
    def __init__(self): self.items: list[T] = []
    def push(self, x: T) -> None: self.items.append(x)
s = Stack[int]()
s.push(1)
print(s.items, Stack[int], Stack.__type_params__, Stack[int].__origin__ is Stack, s.__orig_class__, Stack.__orig_bases__)
class Sub[K, V](dict[K, V]): pass
print(Sub[int, str], Sub(a=1), Sub.__mro__[1])
