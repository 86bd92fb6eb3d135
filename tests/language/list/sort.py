l = [3, 1, 2]
print(l.sort(), l); l.sort(reverse=True); print(l)
w = ['banana', 'Apple', 'cherry', 'date']
w.sort(key=str.lower); print(w); w.sort(key=len, reverse=True); print(w)
try: [1, 'a'].sort()
except TypeError as e: print(e)
try: [1].sort(key=5), [1, 2].sort(key=5)
except TypeError as e: print(e)
