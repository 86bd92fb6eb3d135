def t(x): print(x, end=' '); return x
{t('k%d' % i): t('v%d' % i) for i in t([1, 2])}; print()
[t(x) for x in t([1, 2]) if t(True)]; print()
