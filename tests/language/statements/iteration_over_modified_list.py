l = [1, 2, 3]
for x in l:
    if len(l) < 6: l.append(x * 10)
    print(x)
for x in l[:]:
    l.remove(x)
print(l)
