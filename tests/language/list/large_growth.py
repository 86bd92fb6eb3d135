l = []
for i in range(20000): l.append(i)
print(len(l), sum(l), l[12345], l[-1])
while len(l) > 10: l.pop()
print(l)
for i in range(100): l.insert(0, i)
print(len(l), l[:3], l[-3:])
