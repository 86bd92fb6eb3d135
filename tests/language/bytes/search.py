b = b'banana'
print(b.find(b'an'), b.rfind(b'an'), b.find(97), b.index(b'n'), b.count(b'a'), b.count(97), b.find(b'x'), b.find(b'a', 2, 3), b.startswith(b'ba'), b.endswith((b'x', b'na')), b.startswith((b'a',)))
for f in (lambda: b.index(b'x'), lambda: b.find('a'), lambda: b.find(300), lambda: b.startswith('a'), lambda: b.rindex(b'zz')):
    try: f()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
