s = {1}
s.add(2); s.add(1); print(sorted(s), s.discard(9), s.discard(1), sorted(s)); s.remove(2); print(s)
for f in (lambda: s.remove('x'), lambda: s.pop(), lambda: s.add([]), lambda: s.remove([]), lambda: [] in s):
    try: f()
    except (KeyError, TypeError) as e: print(type(e).__name__, e)
