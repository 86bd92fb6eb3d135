a, b, c = 1, 2, 3
del (a, [b, c])
print([n for n in 'abc' if n in globals()])
