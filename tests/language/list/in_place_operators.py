a = [1]
b = a
a += (2,); a += 'x'; a *= 2
print(b, a is b)
a *= 0
print(b)
try: a += 5
except TypeError as e: print(e)
