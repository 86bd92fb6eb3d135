l = [0, 1, 2, 3, 4]
l[1:3] = ['a', 'b', 'c']; print(l)
l[1:4] = []; print(l)
l[0:0] = [9, 9]; print(l)
l[len(l):] = (7,); print(l)
l[::2] = 'xyz'; print(l)
l[:] = range(3); print(l)
l[1:1] = l; print(l)
l[::-1] = [1, 2, 3, 4, 5, 6]; print(l)
l[4:2] = ['in']; print(l)
for src in ('l[::2] = [1]', 'l[0:1] = 5', 'l[::0] = []', 'l[::3] = None'):
    try: exec(src)
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
