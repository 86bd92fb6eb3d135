l = [(x % 3, -x) for x in range(10)]
l.sort(key=lambda p: p[0]); print(l)
l.sort(key=lambda p: p[0], reverse=True); print(l)
