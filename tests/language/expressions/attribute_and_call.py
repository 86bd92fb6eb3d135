class A:
    x = 1
    def m(self, v): return (self.x, v)
a = A()
a.y = [A()]
a.y[0].z = 'deep'
print(a.x, a.m(2), a.y[0].z, A.m(a, 3), A().m(4))
