def t(x): print('target', x); return x
class O: pass
o = O(); d = {}
o.x: int = 5
d[t('k')]: str = 'v'
d[t('only')]: int
print(o.x, d)
try: exec('undefined_zz.x: int')
except NameError as e: print(e)
