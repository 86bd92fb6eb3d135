class T(tuple):
    def __new__(cls, *a): return super().__new__(cls, a)
    @property
    def first(self): return self[0]
t = T(1, 2)
t.x = 1
print(t, t.first, type(t[:]), t + (3,), type(t + ()), t == (1, 2), hash(t) == hash((1, 2)), t.x)
