grid = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79'
def peers(i):
    r, c = divmod(i, 9)
    return {r * 9 + k for k in range(9)} | {k * 9 + c for k in range(9)} | {(r // 3 * 3 + a) * 9 + c // 3 * 3 + b for a in range(3) for b in range(3)}
P = [peers(i) - {i} for i in range(81)]
def solve(g):
    best = None
    for i, c in enumerate(g):
        if c == '.':
            options = set('123456789') - {g[j] for j in P[i]}
            if best is None or len(options) < len(best[1]): best = i, options
    if best is None: return g
    i, options = best
    for o in sorted(options):
        if r := solve(g[:i] + o + g[i + 1:]): return r
s = solve(grid)
for r in range(9): print(s[r * 9:r * 9 + 9])
