class D:
    def __set_name__(self, owner, name): print('set_name', owner.__name__, name); self.name = name
    def __get__(self, o, t=None): return 'get', self.name, o is None, t.__name__
    def __set__(self, o, v): print('set', self.name, v)
    def __delete__(self, o): print('delete', self.name)
class A:
    x = D()
a = A()
print(a.x, A.x)
a.x = 5; del a.x
a.__dict__['x'] = 'in dict'
print(a.x)
A.x = 'replaced'
print(a.x, A.x)
