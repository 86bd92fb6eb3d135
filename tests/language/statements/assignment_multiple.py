a = b = c = 5
print(a, b, c)
a, b = b + 1, a + 2
print(a, b)
x = y = []
x.append(1)
print(y)
