class A:
    __slots__ = {'__x': 'doc x', 'y': 'doc y'}
    def __init__(self): self.__x = 1
    def get(self): return self.__x
a = A()
print(a.get(), a._A__x, A.y.__doc__, sorted(n for n in dir(a) if not n.startswith('__')))
