s = 'héllo😀'
print(s[0], s[1], s[-1], s[1:3], s[::-1], s[10:], s[::2], len(s), s[-3:-1], s[:0] == '', s[5:1:-2])
for k in (6, -7, 'a', 1.0, None):
    try: s[k]
    except (IndexError, TypeError) as e: print(type(e).__name__, e)
try: s[::0]
except ValueError as e: print(e)
try: s[0] = 'x'
except TypeError as e: print(e)
try: del s[0]
except TypeError as e: print(e)
