def f(): pass
print(repr(f).split(' at ')[0], repr(lambda: 0).split(' at ')[0], repr(print), repr(len))
class A:
    def m(self): pass
    def __repr__(self): return 'A()'
print(A().m, repr(A.m).split(' at ')[0], repr([].append).split(' at ')[0], str.upper, [].__len__.__name__)
