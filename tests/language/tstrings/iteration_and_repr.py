a = 1
t = t'x{a}y{a + 1}'
print(list(t), repr(t))
print([type(p).__name__ for p in t'{a}{a} '])
