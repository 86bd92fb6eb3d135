s = {1, 2, 3}
got = sorted([s.pop(), s.pop(), s.pop()])
print(got, s)
s = {1, 2}; c = s.copy(); s.clear(); print(s, c, c is s)
