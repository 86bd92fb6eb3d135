l = [0, 1, 2, 3, 4]
l[0] = 'a'; l[-1] = 'z'; print(l)
for src in ('l[5] = 1', 'l[-6] = 1', 'l["x"] = 1', 'del l[9]', 'l[1.5] = 0', 'del l[None]'):
    try: exec(src)
    except (IndexError, TypeError) as e: print(type(e).__name__, e)
