class D(dict):
    def __missing__(self, k):
        print('missing', k)
        return k * 2
d = D(a=1)
print(d['a'], d['zz'], d.get('zz'), 'zz' in d, d)
