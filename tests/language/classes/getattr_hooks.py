class A:
    x = 1
    def __getattr__(self, n):
        if n.startswith('_'): raise AttributeError(n)
        return 'dynamic ' + n
    def __setattr__(self, n, v): print('set', n); super().__setattr__(n, v)
    def __delattr__(self, n): print('del', n); object.__delattr__(self, n)
a = A()
a.y = 2
print(a.x, a.y, a.z, getattr(a, '_p', 'default'), hasattr(a, '_p'), hasattr(a, 'q')); del a.y; print(a.y)
