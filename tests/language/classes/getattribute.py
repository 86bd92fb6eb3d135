class A:
    x = 1
    def __getattribute__(self, n):
        print('getattribute', n)
        if n == 'blocked': raise AttributeError('no ' + n)
        return super().__getattribute__(n)
    def __getattr__(self, n): return 'fallback ' + n
    def __len__(self): return 3
a = A()
print(a.x, a.blocked, len(a), a.__len__())
