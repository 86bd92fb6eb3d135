class A:
    def f(self, x): return x
a = A()
m = a.f
print(m(1), m.__self__ is a, m.__func__ is A.f, a.f == a.f, a.f is a.f, m.__name__, hash(a.f) == hash(a.f))
A.g = lambda self: 'g'
a.h = lambda: 'h'
print(a.g(), a.h())
