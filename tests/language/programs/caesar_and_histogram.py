def shift(s, k): return ''.join(chr((ord(c) - (b := 65 if c.isupper() else 97) + k) % 26 + b) if c.isalpha() else c for c in s)
m = 'Hello, World! Zebra.'
e = shift(m, 3)
print(e, shift(e, -3) == m, {k: shift('abc', k) for k in (0, 13, 25)})
h = {c: m.lower().count(c) for c in sorted(set(m.lower())) if c.isalpha()}
print('\n'.join(f'{c} {"=" * n}' for c, n in h.items() if n > 1))
