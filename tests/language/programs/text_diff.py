def lcs(a, b):
    t = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b): t[i + 1][j + 1] = t[i][j] + 1 if x == y else max(t[i][j + 1], t[i + 1][j])
    out, i, j = [], len(a), len(b)
    while i or j:
        if i and j and a[i - 1] == b[j - 1]: out.append(' ' + a[i - 1]); i -= 1; j -= 1
        elif j and (not i or t[i][j - 1] >= t[i - 1][j]): out.append('+' + b[j - 1]); j -= 1
        else: out.append('-' + a[i - 1]); i -= 1
    return out[::-1]
print(' '.join(lcs('ABCBDAB', 'BDCABA')))
