l = [0, 1, 2, 3, 4]
print(l[0], l[-1], l[1:3], l[::-1], l[::2], l[-2:], l[:-2], l[5:], l[3:1], l[3:1:-1], l[-100:100], l[None:2], l[True])
for k in (5, -6, 'a', 1.0, None, 10**30, (0, 1)):
    try: l[k]
    except (IndexError, TypeError) as e: print(type(e).__name__, e)
try: l[::0]
except ValueError as e: print(e)
try: l['a':]
except TypeError as e: print(e)
