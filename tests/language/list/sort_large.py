x = 12345
l = []
for _ in range(3000):
    x = (x * 1103515245 + 12345) % 2**31
    l.append(x)
s = sorted(l)
print(all(a <= b for a, b in zip(s, s[1:])), s[0], s[-1], s[1500], sorted(l, reverse=True) == s[::-1], sorted(map(str, l))[:2], sorted([float(v) for v in l])[0])
