i = 0
l = [10, 20, 30]
i, l[i] = 1, 99
print(i, l)
i = 0
l[i], i = 5, 2
print(i, l)
a = [0]
a[0], a = a, 1
print(a)
