d = {}
for i in range(5000): d[i] = str(i)
for i in range(0, 5000, 3): del d[i]
for i in range(10000, 10100): d[i] = i
print(len(d), sum(d) , d[4], 3 in d, next(iter(d)), list(d)[-1])
s = {str(i): i for i in range(3000)}
print(len(s), s['2999'], '3000' in s)
