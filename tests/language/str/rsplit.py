print('a b  c'.rsplit(), 'a,b,c'.rsplit(',', 1), 'a b c d'.rsplit(None, 2), 'a--b--c'.rsplit('--', 1), ' a b '.rsplit(maxsplit=1), 'abc'.rsplit(sep='x'))
