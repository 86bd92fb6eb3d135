class A: pass
a = A()
a.__len__ = lambda: 5
a.__repr__ = lambda: 'inst'
try: len(a)
except TypeError as e: print(e)
print('inst' in repr(a))
A.__len__ = lambda self: 7
print(len(a))
del A.__len__
try: len(a)
except TypeError as e: print(e)
