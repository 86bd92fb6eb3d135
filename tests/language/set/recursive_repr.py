class S(set):
    __hash__ = object.__hash__
s = S()
s.add(s)
print(s)
