a = []; a.append(a)
b = []; b.append(b)
try: a == b
except RecursionError as e: print(type(e).__name__)
print(a == a)
