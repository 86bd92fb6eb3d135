if (n := 10) > 5:
    print(n)
print([y := 1, y ** 2], y)
print([last := x for x in range(4)], last)
while (n := n - 4) > 0:
    print('loop', n)
