text = '''the quick brown fox jumps over the lazy dog the fox
was quick and the dog was lazy'''
counts = {}
for w in text.split(): counts[w] = counts.get(w, 0) + 1
for w, n in sorted(counts.items(), key=lambda p: (-p[1], p[0]))[:5]: print(f'{w:<6}|{n:>3}|{"*" * n}')
by_len = {}
for w in counts: by_len.setdefault(len(w), []).append(w)
print({k: sorted(v) for k, v in sorted(by_len.items())})
