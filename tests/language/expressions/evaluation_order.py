def t(x):
    print(x, end=' ')
    return x
t(1) + t(2) * t(3); print()
d = {t('k1'): t('v1'), t('k2'): t('v2')}; print()
print(t(1), t(2), sep=str(t(',')))
l = [0] * 5
l[t(1)] = t(2); print()
(l[t(3)], l[t(4)]) = (t(1), t(2)); print()
t(1) < t(2) < t(3); print()
(lambda *a, **k: None)(t(1), *[t(2)], x=t(3), **{'y': t(4)}); print()
