class O: pass
o = O(); d = {}
print([o.a for o.a in range(3)], o.a, [0 for d['k'] in 'xy'], d, [b for a, *b in [(1, 2, 3)]])
