b = bytearray(b'abc')
b.append(100); b.extend(b'ef'); b.extend([103]); b.insert(0, 64); print(b)
print(b.pop(), b.pop(0), b); b.remove(99); print(b)
b.reverse(); print(b); c = b.copy(); b.clear(); print(b, c)
b += b'xy'; b *= 2; print(b)
for f in ('b.append(256)', 'b.append("a")', 'b.pop(99)', 'b.remove(1)', 'bytearray().pop()', 'b.extend("s")', 'b.extend([300])', 'b += 1', 'b.insert("a", 1)'):
    try: exec(f)
    except (ValueError, IndexError, TypeError) as e: print(type(e).__name__, e)
