class A:
    def __getitem__(self, s): return s.start, s.stop, s.step
    def __setitem__(self, s, v): print('set', s, v)
    def __delitem__(self, s): print('del', s)
a = A()
print(a[1:2], a['x':'y':'z'], a[:])
a[1:2] = 5; del a[::2]; a[0:1] += (1,)
