print(ascii('é中😀'), repr('é'), ascii([1, 'ü']), repr(None), ascii('\n'))
class A:
    def __repr__(self): return 'é'
print(ascii(A()), repr(A()))
